package io.taidon.engine.build;

import io.taidon.core.plan.Plan;
import io.taidon.core.plan.Planner;
import io.taidon.core.state.EngineIdentity;
import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.psql.PsqlStep;
import io.taidon.engine.store.JobId;
import java.util.List;

/**
 * What is to be built, for whom and with what.
 *
 * @param job the job that wants it
 * @param home the PostgreSQL that runs
 * @param identity that PostgreSQL as far as ids are concerned
 * @param steps what is applied, in order
 * @param argsNormalized the request's arguments, for people
 */
public record BuildOrder(
    JobId job,
    PostgresHome home,
    EngineIdentity.Native identity,
    List<PsqlStep> steps,
    String argsNormalized) {
  public BuildOrder {
    steps = List.copyOf(steps);
  }

  /** The plan against what is cached now. */
  public Plan plan(StateVault cached) {
    return Planner.plan(base(), steps.stream().map(PsqlStep::input).toList(), cached);
  }

  /** State 0 of this PostgreSQL. */
  public StateId base() {
    return StateIdentity.base(identity);
  }
}
