package io.taidon.core.explain;

import java.util.List;

/** One place at which the wanted steps and those of a relative meet or part. */
sealed interface Edit {
  /** The same step on both sides. */
  record Keep(StepOrigin step) implements Edit {}

  /**
   * The same step, edited.
   *
   * @param at the number of the wanted step, from 1
   * @param related whether the two are recognisably one step; otherwise one stands in for the other
   */
  record Replace(
      int at, StepOrigin before, StepOrigin after, boolean related, List<Difference> differences)
      implements Edit {}

  /** A wanted step that the relative does not have here. */
  record Insert(int at, StepOrigin step) implements Edit {}

  /**
   * A step of the relative that is not wanted here.
   *
   * @param before the number of the wanted step before which it stood
   */
  record Delete(int before, StepOrigin step) implements Edit {}
}
