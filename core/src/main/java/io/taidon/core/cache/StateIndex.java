package io.taidon.core.cache;

import io.taidon.core.state.StateId;

/**
 * Port: knows which states are usable now. Implementations answer from their registry and must be
 * cheap.
 */
@FunctionalInterface
public interface StateIndex {
  boolean contains(StateId id);
}
