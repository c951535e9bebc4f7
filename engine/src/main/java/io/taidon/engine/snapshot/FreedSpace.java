package io.taidon.engine.snapshot;

import io.taidon.engine.snapshot.linux.Durability;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Waits until a file system has given back what was deleted. Btrfs deletes a subvolume in the
 * background and frees its bytes in the transaction after that; each sync ends one and wakes it.
 * XFS keeps what it set aside for files that were written.
 */
public final class FreedSpace {
  private static final System.Logger LOG = System.getLogger(FreedSpace.class.getName());
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration GIVEN_BACK_WITHIN = Duration.ofSeconds(10);

  /** What a registry needs at most to note that something is gone. */
  private static final long ROOM_FOR_A_NOTE = 1 << 20;

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

  /**
   * Returns when a registry on this file system, which was full, can be told what was deleted; also
   * when that takes too long, is interrupted, or is not to be known: then the registry says so.
   */
  public static void awaitRoomForANote(Path directory) {
    try {
      await(directory, ROOM_FOR_A_NOTE, GIVEN_BACK_WITHIN);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} does not say what is free: {1}", directory, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long freeBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }
}
