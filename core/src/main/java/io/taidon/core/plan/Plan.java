package io.taidon.core.plan;

import io.taidon.core.state.StateId;
import java.util.List;

/**
 * An ordered list of steps, the first {@link #reusedSteps()} of which need not run.
 *
 * @param base state 0 of the engine
 * @param steps all steps, in order
 * @param reusedSteps length of the longest prefix whose result is cached; 0 means the build starts
 *     from {@code base}
 */
public record Plan(StateId base, List<PlannedStep> steps, int reusedSteps) {
  public Plan {
    steps = List.copyOf(steps);
    if (reusedSteps < 0 || reusedSteps > steps.size()) {
      throw new IllegalArgumentException("reusedSteps is between 0 and the number of steps");
    }
  }

  /** The state that the request asks for. */
  public StateId finalState() {
    return steps.isEmpty() ? base : steps.getLast().output();
  }

  /** The state to start building from, which is the final state on a full hit. */
  public StateId startingState() {
    return reusedSteps == 0 ? base : steps.get(reusedSteps - 1).output();
  }

  /** The steps that must run, in order. */
  public List<PlannedStep> remaining() {
    return steps.subList(reusedSteps, steps.size());
  }

  /** Whether nothing needs to run. */
  public boolean isCached() {
    return reusedSteps == steps.size();
  }
}
