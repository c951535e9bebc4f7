package io.taidon.engine.snapshot.linux;

/**
 * What {@code fstatfs(2)} says: the magic number of the type, and the bytes a user may still use.
 */
public record FileSystemStatus(long magic, long freeBytes) {
  private static final long BTRFS = 0x9123683EL;

  public boolean isBtrfs() {
    return magic == BTRFS;
  }
}
