package io.taidon.core.cache.simulation;

import io.taidon.core.state.StateId;
import java.util.List;

/**
 * Requests in the order of time, each for the last state of a chain.
 *
 * @param distinctBytes what all states of the trace take together
 */
record Trace(String name, String meaning, List<Request> requests, long distinctBytes) {
  /**
   * @param atSeconds when, since the beginning of the trace
   */
  record Request(long atSeconds, List<Step> chain) {}

  /** A step with the state after it. */
  record Step(StateId id, long buildMillis, long bytes) {}
}
