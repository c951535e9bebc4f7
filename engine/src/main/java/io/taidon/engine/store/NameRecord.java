package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.time.Instant;

/**
 * A name in the registry.
 *
 * @param instance the instance it is bound to, which may be gone
 * @param state the state that instance was made of
 */
public record NameRecord(
    InstanceName name, InstanceId instance, StateId state, Instant lastUsedAt, NameStatus status) {}
