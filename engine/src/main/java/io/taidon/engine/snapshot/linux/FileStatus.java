package io.taidon.engine.snapshot.linux;

/**
 * What {@code statx(2)} says about one file. Sizes are in bytes; {@code blocks} in units of 512
 * bytes; times in seconds and nanoseconds since 1970.
 */
public record FileStatus(
    int mode,
    int links,
    int uid,
    int gid,
    long inode,
    long size,
    long blocks,
    long accessSeconds,
    int accessNanos,
    long modificationSeconds,
    int modificationNanos,
    boolean mountRoot) {
  private static final int TYPE_MASK = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int SYMBOLIC_LINK = 0120000;

  public boolean isDirectory() {
    return (mode & TYPE_MASK) == DIRECTORY;
  }

  public boolean isRegular() {
    return (mode & TYPE_MASK) == REGULAR;
  }

  public boolean isSymbolicLink() {
    return (mode & TYPE_MASK) == SYMBOLIC_LINK;
  }

  /** The permission bits with set-user-id, set-group-id and sticky. */
  public int permissions() {
    return mode & 07777;
  }

  /** What is allocated for it on the medium, shared or not. */
  public long allocatedBytes() {
    return blocks * 512;
  }

  /** Whether fewer blocks are allocated than the size asks for: it has holes, or is compressed. */
  public boolean mayHaveHoles() {
    return allocatedBytes() < size;
  }
}
