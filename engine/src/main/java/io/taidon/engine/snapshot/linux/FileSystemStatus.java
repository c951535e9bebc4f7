package io.taidon.engine.snapshot.linux;

/**
 * What {@code fstatfs(2)} says: the magic number of the type, and the bytes a user may still use.
 */
public record FileSystemStatus(long magic, long freeBytes) {
  private static final long BTRFS = 0x9123683EL;

  private static final long XFS = 0x58465342L;

  private static final long OVERLAY = 0x794c7630L;

  public boolean isOverlay() {
    return magic == OVERLAY;
  }

  public boolean isXfs() {
    return magic == XFS;
  }

  public boolean isBtrfs() {
    return magic == BTRFS;
  }
}
