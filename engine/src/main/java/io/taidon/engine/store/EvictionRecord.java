package io.taidon.engine.store;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.state.StateId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A state that went: what it was, when it went and why.
 *
 * @param run the {@link EvictionRun} that it was part of; empty where a user removed it, or where
 *     it was found damaged
 * @param label what users call its step
 * @param buildMillis what its own step cost
 * @param rebuildMillis what making it again was going to cost, from the nearest state that was
 *     kept; empty where nobody asked
 * @param keepScore what the policy thought of it; see {@link io.taidon.core.cache.Eviction}
 * @param freedBytes what deleting it was expected to free
 */
public record EvictionRecord(
    OptionalLong run,
    StateId state,
    Optional<StateId> parent,
    StateKind kind,
    String label,
    EvictionReason reason,
    Instant at,
    Instant createdAt,
    Instant lastUsedAt,
    long useCount,
    long buildMillis,
    OptionalLong rebuildMillis,
    OptionalDouble keepScore,
    long freedBytes) {}
