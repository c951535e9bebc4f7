package io.taidon.engine.liquibase;

import io.taidon.core.explain.Ingredients;
import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepInput;
import io.taidon.core.state.KeyedDigest;
import io.taidon.core.state.LiquibaseStepIdentity;

/**
 * One changeset as a step.
 *
 * @param input what the planner needs
 * @param identity what makes it what it is
 * @param index its place in the plan, from 0
 * @param changeset what Liquibase says about it
 */
public record LiquibaseStep(
    StepInput input, LiquibaseStepIdentity identity, int index, Manifest.Changeset changeset) {

  /** What the step is made of, for later comparison. */
  public StepOrigin origin(KeyedDigest key) {
    return new StepOrigin(input.kind(), input.label(), input.hash(), Ingredients.of(identity, key));
  }
}
