package io.taidon.engine.snapshot.linux;

import java.util.Map;

/**
 * An error number of Linux, with the name that {@code errno(3)} gives it. The numbers are those of
 * {@code asm-generic/errno.h}, which x86-64 and arm64 share.
 */
public record Errno(int number) {
  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno EINTR = new Errno(4);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno EXDEV = new Errno(18);
  public static final Errno ENOTDIR = new Errno(20);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ENOTTY = new Errno(25);
  public static final Errno ENOSPC = new Errno(28);
  public static final Errno EROFS = new Errno(30);
  public static final Errno ENAMETOOLONG = new Errno(36);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ENOTEMPTY = new Errno(39);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno ENODATA = new Errno(61);
  public static final Errno EDQUOT = new Errno(122);

  private static final Map<Errno, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM"),
          Map.entry(ENOENT, "ENOENT"),
          Map.entry(EINTR, "EINTR"),
          Map.entry(new Errno(5), "EIO"),
          Map.entry(new Errno(12), "ENOMEM"),
          Map.entry(EACCES, "EACCES"),
          Map.entry(EBUSY, "EBUSY"),
          Map.entry(EEXIST, "EEXIST"),
          Map.entry(EXDEV, "EXDEV"),
          Map.entry(ENOTDIR, "ENOTDIR"),
          Map.entry(new Errno(21), "EISDIR"),
          Map.entry(EINVAL, "EINVAL"),
          Map.entry(new Errno(23), "ENFILE"),
          Map.entry(new Errno(24), "EMFILE"),
          Map.entry(ENOTTY, "ENOTTY"),
          Map.entry(new Errno(26), "ETXTBSY"),
          Map.entry(new Errno(27), "EFBIG"),
          Map.entry(ENOSPC, "ENOSPC"),
          Map.entry(EROFS, "EROFS"),
          Map.entry(new Errno(31), "EMLINK"),
          Map.entry(ENAMETOOLONG, "ENAMETOOLONG"),
          Map.entry(ENOSYS, "ENOSYS"),
          Map.entry(ENOTEMPTY, "ENOTEMPTY"),
          Map.entry(ELOOP, "ELOOP"),
          Map.entry(ENODATA, "ENODATA"),
          Map.entry(EOPNOTSUPP, "EOPNOTSUPP"),
          Map.entry(new Errno(116), "ESTALE"),
          Map.entry(new Errno(117), "EUCLEAN"),
          Map.entry(EDQUOT, "EDQUOT"));

  /** The symbolic name, or {@code errno <number>} for one that file systems hardly give. */
  public String name() {
    return NAMES.getOrDefault(this, "errno " + number);
  }

  /** Whether the file system, or the user's quota on it, is full. */
  public boolean isDiskFull() {
    return equals(ENOSPC) || equals(EDQUOT);
  }

  @Override
  public String toString() {
    return name();
  }
}
