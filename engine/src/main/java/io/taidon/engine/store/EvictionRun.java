package io.taidon.engine.store;

import io.taidon.core.cache.EvictionReason;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One pass of evictions, with what there was before and after. Bytes everywhere.
 *
 * @param trigger when the cache looked: {@code background}, {@code prepare_step}, {@code snapshot},
 *     {@code startup} or {@code requested}
 * @param reason what was wrong
 * @param subject the workspace that was above its limit, where that was it
 * @param finishedAt empty while it runs, and where the process died in it
 * @param usedBefore what all states took
 * @param freeBefore what the file system had left
 * @param limitBytes what all states, or those of the subject, may take
 * @param evictedCount how many states went
 * @param freedBytes what they were expected to free
 */
public record EvictionRun(
    long id,
    String trigger,
    EvictionReason reason,
    Optional<String> subject,
    Instant startedAt,
    Optional<Instant> finishedAt,
    long usedBefore,
    long freeBefore,
    long limitBytes,
    OptionalLong usedAfter,
    OptionalLong freeAfter,
    long evictedCount,
    long freedBytes) {

  /** A run that begins now. */
  public record Start(
      String trigger,
      EvictionReason reason,
      Optional<String> subject,
      long usedBefore,
      long freeBefore,
      long limitBytes) {}
}
