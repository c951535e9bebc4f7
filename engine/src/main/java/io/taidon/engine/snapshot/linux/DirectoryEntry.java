package io.taidon.engine.snapshot.linux;

/**
 * One name in a directory, as the raw bytes the kernel gave (names need not be text), with the type
 * that {@code readdir(3)} told for it.
 */
public record DirectoryEntry(byte[] name, Type type) {
  /** The types that matter for trees. */
  public enum Type {
    DIRECTORY,
    REGULAR,
    SYMBOLIC_LINK,
    SPECIAL,
    UNKNOWN;

    static Type of(FileStatus status) {
      if (status.isDirectory()) {
        return DIRECTORY;
      }
      if (status.isRegular()) {
        return REGULAR;
      }
      return status.isSymbolicLink() ? SYMBOLIC_LINK : SPECIAL;
    }

    static Type ofKernel(byte type) {
      return switch (type) {
        case 4 -> DIRECTORY;
        case 8 -> REGULAR;
        case 10 -> SYMBOLIC_LINK;
        case 0 -> UNKNOWN;
        case 1, 2, 6, 12, 14 -> SPECIAL;
        default -> UNKNOWN;
      };
    }
  }
}
