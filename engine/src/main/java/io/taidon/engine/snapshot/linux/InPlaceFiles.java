package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Files whose blocks btrfs overwrites where they are, as {@code chattr +C} makes them. Otherwise
 * each write wants new blocks, and where there are none a write through a memory map is not an
 * error of a call but the signal SIGBUS, which ends the process. {@code FS_IOC_SETFLAGS} of {@code
 * linux/fs.h}.
 */
public final class InPlaceFiles {
  /** {@code _IOR('f', 1, long)} and {@code _IOW('f', 2, long)}; what they point to is an int. */
  private static final long GET_FLAGS = 0x80086601L;

  private static final long SET_FLAGS = 0x40086602L;
  private static final long NO_COPY_ON_WRITE = 0x00800000L;

  private InPlaceFiles() {}

  /**
   * Makes an empty file of this kind. Other file systems overwrite in place by themselves, or have
   * errors and no signals.
   *
   * @return false, and nothing is made, where the directory is not on btrfs
   * @throws IOException where there is such a file, too
   */
  public static boolean create(Path directory, String name, int permissions) throws IOException {
    if (Platform.current().isEmpty()) {
      return false;
    }
    try (SystemCalls calls = SystemCalls.open();
        Descriptor parent = calls.openDirectory(directory.toRealPath())) {
      if (!calls.fileSystem(parent).isBtrfs()) {
        return false;
      }
      byte[] bytes = Names.bytes(name);
      try (Descriptor made = calls.createFile(parent, bytes, permissions)) {
        MemorySegment flags = calls.allocate(JAVA_LONG.byteSize());
        flags.fill((byte) 0);
        calls.ioctl(made, "ioctl FS_IOC_GETFLAGS", GET_FLAGS, flags, bytes);
        flags.set(JAVA_LONG, 0, flags.get(JAVA_LONG, 0) | NO_COPY_ON_WRITE);
        calls.ioctl(made, "ioctl FS_IOC_SETFLAGS", SET_FLAGS, flags, bytes);
      }
      return true;
    }
  }
}
