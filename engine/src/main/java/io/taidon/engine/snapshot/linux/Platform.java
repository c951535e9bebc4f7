package io.taidon.engine.snapshot.linux;

import java.util.Optional;

/**
 * Whether this machine's system calls can be made: Linux on x86-64 or arm64. The two differ in the
 * values of two {@code open(2)} flags and in the numbers of system calls.
 */
public enum Platform {
  LINUX_X86_64(0x10000, 0x20000, 217, 316),
  LINUX_ARM64(0x4000, 0x8000, 61, 276);

  private static final Optional<Platform> CURRENT =
      detect(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));

  private final int directoryFlag;
  private final int noFollowFlag;
  private final long getdents64;
  private final long renameat2;

  Platform(int directoryFlag, int noFollowFlag, long getdents64, long renameat2) {
    this.directoryFlag = directoryFlag;
    this.noFollowFlag = noFollowFlag;
    this.getdents64 = getdents64;
    this.renameat2 = renameat2;
  }

  /** This machine, or empty where the system calls are unsupported. */
  public static Optional<Platform> current() {
    return CURRENT;
  }

  static Optional<Platform> detect(String osName, String osArch) {
    if (!osName.equals("Linux")) {
      return Optional.empty();
    }
    return switch (osArch) {
      case "amd64", "x86_64" -> Optional.of(LINUX_X86_64);
      case "aarch64" -> Optional.of(LINUX_ARM64);
      default -> Optional.empty();
    };
  }

  /** {@code O_DIRECTORY}. */
  int directoryFlag() {
    return directoryFlag;
  }

  /** {@code O_NOFOLLOW}. */
  int noFollowFlag() {
    return noFollowFlag;
  }

  /** The number of {@code getdents64(2)}. */
  long getdents64() {
    return getdents64;
  }

  /** The number of {@code renameat2(2)}. */
  long renameat2() {
    return renameat2;
  }
}
