package io.taidon.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cache of states: what it takes, what it may take, what could go. Bytes everywhere.
 *
 * @param usageBytes what all states take, shared bytes counted once
 * @param configuredMaxBytes {@code cache.capacity.maxBytes}; 0 for none
 * @param effectiveMaxBytes what they may take in this place
 * @param reserveBytes what shall stay free on the file system
 * @param reserveFloorBytes the part of it without which nothing is built
 * @param minStateAge how old a state is at least when it goes, as in {@code 10m}
 * @param stateTtl after how long without use a state goes
 * @param pressureReasons why states must go now; empty where none must
 * @param reclaimableBytes what would be free if everything went that may
 * @param blockedCount how many states may not go
 * @param blockedByReason how many are held by what; a state can count several times
 * @param workspaces what each workspace is charged
 * @param hits prepares since the engine started that found their state
 * @param missesByReason the others, by why the first missing state was missing
 * @param evictionsByReason how many states went since the engine started
 * @param lastEviction the newest run
 */
public record CacheView(
    long usageBytes,
    long configuredMaxBytes,
    long effectiveMaxBytes,
    long reserveBytes,
    long reserveFloorBytes,
    double highWatermark,
    double lowWatermark,
    String minStateAge,
    String stateTtl,
    String policy,
    long storeTotalBytes,
    long storeFreeBytes,
    int stateCount,
    List<String> pressureReasons,
    long reclaimableBytes,
    int blockedCount,
    Map<String, Integer> blockedByReason,
    List<WorkspaceShare> workspaces,
    long hits,
    Map<String, Long> missesByReason,
    Map<String, Long> evictionsByReason,
    Optional<Run> lastEviction) {

  /**
   * A workspace's part of the cache.
   *
   * @param chargedBytes all of what only it uses, and an equal part of what several use
   * @param maxBytes its limit
   */
  public record WorkspaceShare(String workspace, long chargedBytes, Optional<Long> maxBytes) {}

  /**
   * One pass of evictions.
   *
   * @param completedAt absent while it runs, and where the engine died in it
   * @param states what went, in order
   */
  public record Run(
      long id,
      String trigger,
      String reason,
      Optional<String> workspace,
      Instant startedAt,
      Optional<Instant> completedAt,
      long evictedCount,
      long freedBytes,
      long limitBytes,
      long usageBytesBefore,
      Optional<Long> usageBytesAfter,
      long freeBytesBefore,
      Optional<Long> freeBytesAfter,
      List<Gone> states) {}

  /**
   * A state that went, or would go.
   *
   * @param reason why
   * @param rebuildMillis what making it again costs, from the nearest state that is kept
   * @param keepScore milliseconds of expected rebuild work that keeping it spared, for each MiB
   */
  public record Gone(
      String stateId,
      Optional<String> parentStateId,
      String label,
      String reason,
      Optional<Instant> evictedAt,
      long bytes,
      Optional<Long> rebuildMillis,
      Optional<Double> keepScore) {}

  /**
   * What an eviction on request did or would do.
   *
   * @param usageBytesAfter what the states take then
   */
  public record Evicted(
      boolean dryRun,
      long usageBytesBefore,
      long usageBytesAfter,
      long freedBytes,
      List<Gone> states) {}

  /** What a state is to the cache, beside what {@link StateView} says of it. */
  public record StateDetails(
      String stateId,
      boolean pinned,
      List<String> heldBecause,
      List<String> workspaces,
      long rebuildMillis,
      Optional<Instant> minRetentionUntil) {}
}
