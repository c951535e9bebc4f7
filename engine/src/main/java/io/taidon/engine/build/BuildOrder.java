package io.taidon.engine.build;

import io.taidon.core.plan.Plan;
import io.taidon.core.plan.Planner;
import io.taidon.core.state.EngineIdentity;
import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.store.JobId;

/**
 * What is to be built, for whom and with what.
 *
 * @param job the job that wants it
 * @param home the PostgreSQL that runs
 * @param identity that PostgreSQL as far as ids are concerned
 * @param preparation what is applied
 * @param checkpointEvery after how many steps a state is kept; the last step's always is
 * @param argsNormalized the request's arguments, for people
 */
public record BuildOrder(
    JobId job,
    PostgresHome home,
    EngineIdentity.Native identity,
    Preparation preparation,
    int checkpointEvery,
    String argsNormalized) {

  /** The plan against what is cached now. */
  public Plan plan(StateVault cached) {
    return Planner.plan(base(), preparation.steps(), cached);
  }

  /** State 0 of this PostgreSQL. */
  public StateId base() {
    return StateIdentity.base(identity);
  }

  /**
   * The step after which the next state is kept when {@code done} of {@code total} steps are done.
   */
  int nextKept(int done, int total) {
    return Math.min(total, (done / checkpointEvery + 1) * checkpointEvery);
  }
}
