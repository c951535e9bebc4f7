package io.taidon.core.explain;

import io.taidon.core.state.StateId;
import java.time.Instant;
import java.util.Optional;

/**
 * The known state from which the fewest changes lead to the wanted one.
 *
 * @param label the last step of it
 * @param sharedSteps how many of its steps are wanted, too
 * @param loss how it ended; empty while it is there
 * @param at when it was used last, or ended
 */
public record Relative(
    StateId id, String label, int sharedSteps, Optional<Loss> loss, Instant at) {}
