package io.taidon.engine.build;

import io.taidon.core.explain.StateOrigin;
import io.taidon.engine.store.StateRecord;
import java.util.Optional;

/**
 * A state that is about to be sealed.
 *
 * @param origin what made it, for later explanations
 */
public record NewState(StateRecord record, Optional<StateOrigin> origin) {}
