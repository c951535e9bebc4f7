package io.taidon.node.upkeep;

import io.taidon.engine.snapshot.linux.Durability;
import io.taidon.node.pool.Pool;
import java.io.IOException;
import java.time.Duration;

/**
 * Waits until the file system has given back what was deleted. Btrfs deletes a subvolume in the
 * background and frees its bytes in the transaction after that; each sync ends one and wakes it.
 */
final class FreedSpace {
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private FreedSpace() {}

  /** Returns when so much is free, or after a few seconds: then others have taken it meanwhile. */
  static void await(Pool pool, long freeBytes) throws IOException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (pool.space().freeBytes() < freeBytes && System.nanoTime() < end) {
      if (!Durability.syncDeletions(pool.root())) {
        return;
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
