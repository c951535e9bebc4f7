package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A state in the registry. Times have millisecond precision.
 *
 * @param parent the state that the step was applied to; it may be gone
 * @param backend the snapshot backend that made the directory, which must also delete it
 * @param label what users call the step, for example {@code -f schema.sql}
 * @param argsNormalized the arguments of the request that built it, as one line
 * @param sizeBytes what the state's files sum up to; 0 until it is measured, a moment after it was
 *     sealed
 * @param fingerprint what {@link io.taidon.engine.snapshot.SnapshotBackend#fingerprint} said when
 *     the state was measured; empty until then
 * @param buildMillis what building the step cost, without its parents
 * @param useCount how often the state was reused, also as an intermediate hit
 * @param durable whether its files are known to be on the medium, not only in the page cache
 * @param bootId the boot in which it was sealed
 */
public record StateRecord(
    StateId id,
    Optional<StateId> parent,
    StateKind kind,
    EngineDescription engine,
    String backend,
    String label,
    String argsNormalized,
    Instant createdAt,
    long sizeBytes,
    String fingerprint,
    long buildMillis,
    Instant lastUsedAt,
    long useCount,
    boolean durable,
    BootId bootId) {
  public StateRecord {
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    lastUsedAt = lastUsedAt.truncatedTo(ChronoUnit.MILLIS);
    if (sizeBytes < 0 || buildMillis < 0 || useCount < 0) {
      throw new IllegalArgumentException("sizes, durations and counts are not negative");
    }
  }

  /** The same state, its files known to be on the medium. */
  public StateRecord madeDurable() {
    return new StateRecord(
        id,
        parent,
        kind,
        engine,
        backend,
        label,
        argsNormalized,
        createdAt,
        sizeBytes,
        fingerprint,
        buildMillis,
        lastUsedAt,
        useCount,
        true,
        bootId);
  }
}
