package io.taidon.core.explain;

import java.time.Instant;
import java.util.Optional;

/**
 * A state that is there or was once.
 *
 * @param loss how it ended; empty while it is there
 * @param buildMillis what its steps cost
 * @param at when it was used last, or ended
 */
public record KnownState(StateOrigin origin, Optional<Loss> loss, long buildMillis, Instant at) {

  boolean isKept() {
    return loss.isEmpty();
  }
}
