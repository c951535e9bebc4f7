package io.taidon.core.explain;

import io.taidon.core.plan.Plan;
import io.taidon.core.state.StateId;
import java.util.List;

/**
 * What is to be explained.
 *
 * @param plan against what is cached now
 * @param baseCached whether state 0 is cached now
 * @param engine what the engine is made of
 * @param steps what the plan's steps are made of, in the same order
 */
public record ExplainRequest(
    Plan plan, boolean baseCached, List<Ingredient> engine, List<StepOrigin> steps) {
  public ExplainRequest {
    engine = List.copyOf(engine);
    steps = List.copyOf(steps);
    if (steps.size() != plan.steps().size()) {
      throw new IllegalArgumentException("one origin for each step");
    }
  }

  /** The state after so many steps. */
  StateId after(int step) {
    return step == 0 ? plan.base() : plan.steps().get(step - 1).output();
  }
}
