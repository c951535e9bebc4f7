package io.taidon.engine.store;

import io.taidon.core.cache.Eviction;
import io.taidon.core.cache.EvictionReason;
import io.taidon.core.state.StateId;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Why a state is taken out of the registry, for the log of evictions.
 *
 * @param run the run it is part of
 * @param rebuildMillis what making it again will cost
 * @param keepScore what keeping it was worth to the policy
 * @param freedBytes what its deletion frees, where that was measured; else all that it has of its
 *     own
 * @param heir the state that will hold what is left of the state's own bytes
 */
public record Removal(
    EvictionReason reason,
    OptionalLong run,
    OptionalLong rebuildMillis,
    OptionalDouble keepScore,
    OptionalLong freedBytes,
    Optional<StateId> heir) {

  /** One that is no part of a run. */
  public static Removal because(EvictionReason reason) {
    return new Removal(
        reason,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  /** One that the policy decided; without a run where a full disk could not be told of it. */
  public static Removal decided(
      OptionalLong run, Eviction decision, long freedBytes, Optional<StateId> heir) {
    return new Removal(
        decision.reason(),
        run,
        OptionalLong.of(decision.rebuildMillis()),
        OptionalDouble.of(decision.keepScore()),
        OptionalLong.of(freedBytes),
        heir);
  }
}
