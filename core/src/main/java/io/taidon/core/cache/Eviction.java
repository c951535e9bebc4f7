package io.taidon.core.cache;

import io.taidon.core.state.StateId;
import java.util.Optional;

/**
 * A decision to let a state go.
 *
 * @param bytes what it is expected to free
 * @param rebuildMillis what making it again would cost, from the nearest state that is kept when it
 *     goes
 * @param keepScore what keeping it was worth, in milliseconds of expected rebuild work spared per
 *     mebibyte; states go in the order of it. Zero where the order is another
 * @param heir one of the kept states that have to be made from further above then; it holds on to
 *     what the state shared with those below it
 */
public record Eviction(
    StateId id,
    EvictionReason reason,
    long bytes,
    long rebuildMillis,
    double keepScore,
    Optional<StateId> heir) {}
