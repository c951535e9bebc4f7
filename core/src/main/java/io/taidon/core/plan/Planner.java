package io.taidon.core.plan;

import io.taidon.core.cache.StateIndex;
import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns steps into a plan: a chain of state ids and the longest prefix of it that is cached. Pure.
 */
public final class Planner {
  private Planner() {}

  /**
   * Plans {@code steps} on top of {@code base}. Looks from the end, so a full hit costs one
   * look-up, and a state whose ancestors are gone still counts.
   */
  public static Plan plan(StateId base, List<StepInput> steps, StateIndex cached) {
    List<StateId> outputs = chain(base, steps);
    int reused = cached.lastOf(outputs) + 1;
    List<PlannedStep> planned = new ArrayList<>(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      StepInput step = steps.get(i);
      StateId input = i == 0 ? base : outputs.get(i - 1);
      planned.add(
          new PlannedStep(
              i + 1,
              step.kind(),
              step.label(),
              input,
              step.hash(),
              outputs.get(i),
              i < reused,
              step.warnings()));
    }
    return new Plan(base, planned, reused);
  }

  private static List<StateId> chain(StateId base, List<StepInput> steps) {
    List<StateId> outputs = new ArrayList<>(steps.size());
    StateId parent = base;
    for (StepInput step : steps) {
      parent = StateIdentity.after(parent, step.hash());
      outputs.add(parent);
    }
    return outputs;
  }
}
