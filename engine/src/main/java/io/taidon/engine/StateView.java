package io.taidon.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * A state: an immutable cluster directory.
 *
 * @param kind {@code base} or what made it, for example {@code psql}
 * @param label the step that made it, for example {@code -f schema.sql}
 * @param prepareArgsNormalized the arguments of the request that built it
 * @param sizeBytes logical size, what its files sum up to; 0 until it is measured
 * @param ownBytes what it has on disk that its parent has not: its exclusive bytes, those of its
 *     children included; absent until measured
 * @param buildMillis how long its step ran, in milliseconds
 * @param useCount how often an instance or a build started from it
 * @param refcount instances that were cloned from it
 */
public record StateView(
    String stateId,
    Optional<String> parentStateId,
    String kind,
    String label,
    String prepareArgsNormalized,
    String postgresVersion,
    String backend,
    Instant createdAt,
    long sizeBytes,
    Optional<Long> ownBytes,
    long buildMillis,
    Optional<Instant> lastUsedAt,
    long useCount,
    int refcount) {}
