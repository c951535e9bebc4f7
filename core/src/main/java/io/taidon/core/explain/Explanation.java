package io.taidon.core.explain;

import io.taidon.core.state.StateId;
import java.util.List;
import java.util.Optional;

/** Why a request hits the cache or does not. */
public sealed interface Explanation {

  /** The wanted state. */
  StateId state();

  /** The whole in one plain sentence. */
  String sentence();

  /** The wanted state is there. */
  record Hit(StateId state, String sentence) implements Explanation {}

  /**
   * Something must run.
   *
   * @param reason the cause, for the first step that must run
   * @param step the number of that step, from 1
   * @param label that step, as users call it
   * @param output the state that it makes
   * @param loss how the state ended that is missed, where it was there once
   * @param changes what leads from the nearest relative to the request, the cause first; empty
   *     where the state itself was there once
   * @param relative the nearest relative, where there is one
   */
  record Miss(
      StateId state,
      MissReason reason,
      int step,
      String label,
      StateId output,
      Optional<Loss> loss,
      List<StepChange> changes,
      Optional<Relative> relative,
      RebuildCost cost,
      String sentence)
      implements Explanation {
    public Miss {
      changes = List.copyOf(changes);
    }
  }
}
