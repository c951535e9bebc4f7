package io.taidon.core.cache;

import io.taidon.core.state.StateId;
import java.util.List;

/**
 * Port: knows which states are usable now. Implementations answer from their registry and must be
 * cheap.
 */
@FunctionalInterface
public interface StateIndex {
  boolean contains(StateId id);

  /**
   * The position of the last of these states that is usable, from 0; -1 where none is. A chain of
   * hundreds of steps is looked up for each state that is built of it, so an implementation that
   * can answer for all at once should.
   */
  default int lastOf(List<StateId> chain) {
    for (int i = chain.size() - 1; i >= 0; i--) {
      if (contains(chain.get(i))) {
        return i;
      }
    }
    return -1;
  }
}
