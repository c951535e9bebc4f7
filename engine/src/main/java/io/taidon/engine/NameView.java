package io.taidon.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * A name: a user's handle of an instance, which also remembers the state.
 *
 * @param status {@code active}, or {@code missing} when the instance is gone
 */
public record NameView(
    String name,
    Optional<String> instanceId,
    String stateId,
    String status,
    Optional<Instant> lastUsedAt) {}
