package io.taidon.engine.snapshot.linux;

import java.io.IOException;
import java.nio.file.Path;

/** Makes what was written last a power cut. */
public final class Durability {
  private Durability() {}

  /**
   * Writes everything of the file system that the directory is on to the disk: {@code syncfs(2)}.
   * Returns false, and does nothing, where that call is unsupported.
   */
  public static boolean syncFileSystem(Path directory) throws IOException {
    if (Platform.current().isEmpty()) {
      return false;
    }
    try (SystemCalls calls = SystemCalls.open();
        Descriptor descriptor = calls.openDirectory(directory.toRealPath())) {
      calls.syncFileSystem(descriptor);
      return true;
    }
  }

  /**
   * Does the same, and lets bytes come back soon that count as used and nobody uses: on btrfs those
   * of deleted subvolumes, see {@link Subvolumes#sync}; on XFS, as root, those that it set aside,
   * see {@link Preallocations}.
   */
  public static boolean reclaim(Path directory) throws IOException {
    if (Platform.current().isEmpty()) {
      return false;
    }
    try (SystemCalls calls = SystemCalls.open();
        Descriptor descriptor = calls.openDirectory(directory.toRealPath())) {
      FileSystemStatus fileSystem = calls.fileSystem(descriptor);
      if (fileSystem.isBtrfs()) {
        new Subvolumes(calls).sync(descriptor);
      } else {
        calls.syncFileSystem(descriptor);
        if (fileSystem.isXfs()) {
          freePreallocations(calls, descriptor);
        }
      }
      return true;
    }
  }

  private static void freePreallocations(SystemCalls calls, Descriptor descriptor)
      throws SystemCallException {
    try {
      new Preallocations(calls).free(descriptor);
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.EPERM)) {
        throw e;
      }
    }
  }
}
