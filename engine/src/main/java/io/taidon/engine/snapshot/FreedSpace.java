package io.taidon.engine.snapshot;

import io.taidon.engine.snapshot.linux.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Waits until a file system has given back what was deleted. Btrfs deletes a subvolume in the
 * background and frees its bytes in the transaction after that; each sync ends one and wakes it.
 * XFS keeps what it set aside for files that were written.
 */
public final class FreedSpace {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private FreedSpace() {}

  /**
   * Returns when so many bytes are free where a directory is, or after {@code longest}: then others
   * have taken them meanwhile.
   */
  public static void await(Path directory, long freeBytes, Duration longest)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (freeBytes(directory) < freeBytes && System.nanoTime() < end) {
      boolean ignored = Durability.reclaim(directory);
      if (freeBytes(directory) < freeBytes) {
        // No file system tells when it has given something back.
        Thread.sleep(PAUSE);
      }
    }
  }

  private static long freeBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }
}
