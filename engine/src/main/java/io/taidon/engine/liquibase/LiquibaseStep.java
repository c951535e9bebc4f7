package io.taidon.engine.liquibase;

import io.taidon.core.plan.StepInput;

/**
 * One changeset as a step.
 *
 * @param input what the planner needs
 * @param index its place in the plan, from 0
 * @param changeset what Liquibase says about it
 */
public record LiquibaseStep(StepInput input, int index, Manifest.Changeset changeset) {}
