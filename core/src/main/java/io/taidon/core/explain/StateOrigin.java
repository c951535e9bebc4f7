package io.taidon.core.explain;

import io.taidon.core.state.StateId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What made a state: kept with it, and after it is gone.
 *
 * @param parent the kept state that it was built from; empty for state 0
 * @param engine what made state 0; empty for all others
 * @param steps the steps from the parent to it, in order; several where states between were not
 *     kept
 */
public record StateOrigin(
    StateId id, Optional<StateId> parent, List<Ingredient> engine, List<StepOrigin> steps) {
  /** How many ingredients of all steps together are kept. */
  public static final int MOST_INGREDIENTS = 4000;

  public StateOrigin {
    engine = List.copyOf(engine);
    steps = bounded(steps);
  }

  /** State 0 of an engine. */
  public static StateOrigin base(StateId id, List<Ingredient> engine) {
    return new StateOrigin(id, Optional.empty(), engine, List.of());
  }

  /** What {@code steps} made of {@code parent}. */
  public static StateOrigin after(StateId parent, List<StepOrigin> steps, StateId id) {
    return new StateOrigin(id, Optional.of(parent), List.of(), steps);
  }

  private static List<StepOrigin> bounded(List<StepOrigin> steps) {
    List<StepOrigin> bounded = new ArrayList<>(steps.size());
    int room = MOST_INGREDIENTS;
    for (StepOrigin step : steps) {
      room -= step.ingredients().size();
      bounded.add(room >= 0 ? step : step.withoutIngredients());
    }
    return List.copyOf(bounded);
  }
}
