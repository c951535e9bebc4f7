package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * What XFS set aside for files to grow, and around blocks that were shared when they were written
 * (128 KiB each): it counts as used until the file is forgotten, or for five minutes. {@code
 * XFS_IOC_FREE_EOFBLOCKS} of {@code linux/fs/xfs/libxfs/xfs_fs.h}.
 */
final class Preallocations {
  /** {@code _IOR('X', 58, struct xfs_fs_eofblocks)}. */
  private static final long FREE_EOFBLOCKS = 0x8080583AL;

  // struct xfs_fs_eofblocks: eof_version, eof_flags, uid, gid, prid, pad, min_file_size, pad[12].
  private static final long BYTES = 128;
  private static final long FLAGS = 4;
  private static final int VERSION = 1;
  private static final int WAIT = 1;

  private final SystemCalls calls;

  Preallocations(SystemCalls calls) {
    this.calls = calls;
  }

  /** Gives all of it back, on the file system of {@code anywhere}; needs CAP_SYS_ADMIN. */
  void free(Descriptor anywhere) throws SystemCallException {
    MemorySegment argument = calls.allocate(BYTES);
    argument.fill((byte) 0);
    argument.set(JAVA_INT, 0, VERSION);
    argument.set(JAVA_INT, FLAGS, WAIT);
    calls.ioctl(anywhere, "ioctl FREE_EOFBLOCKS", FREE_EOFBLOCKS, argument, SystemCalls.EMPTY_NAME);
  }
}
