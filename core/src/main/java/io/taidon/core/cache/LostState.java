package io.taidon.core.cache;

import io.taidon.core.state.StateId;
import java.util.Optional;

/**
 * A state that is gone and may be wanted again: its step would have to run to get from its parent
 * to its children.
 *
 * @param buildMillis what its own step cost
 */
public record LostState(StateId id, Optional<StateId> parent, long buildMillis) {}
