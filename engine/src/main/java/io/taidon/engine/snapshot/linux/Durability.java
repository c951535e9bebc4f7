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
   * Does the same, and on btrfs also lets the bytes of deleted subvolumes come back soon; see
   * {@link Subvolumes#sync}.
   */
  public static boolean syncDeletions(Path directory) throws IOException {
    if (Platform.current().isEmpty()) {
      return false;
    }
    try (SystemCalls calls = SystemCalls.open();
        Descriptor descriptor = calls.openDirectory(directory.toRealPath())) {
      if (calls.fileSystem(descriptor).isBtrfs()) {
        new Subvolumes(calls).sync(descriptor);
      } else {
        calls.syncFileSystem(descriptor);
      }
      return true;
    }
  }
}
