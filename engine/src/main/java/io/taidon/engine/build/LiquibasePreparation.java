package io.taidon.engine.build;

import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepInput;
import io.taidon.core.state.Digest;
import io.taidon.core.state.KeyedDigest;
import io.taidon.engine.liquibase.LiquibasePlan;
import io.taidon.engine.liquibase.LiquibaseRun;
import io.taidon.engine.liquibase.LiquibaseStep;
import io.taidon.engine.liquibase.LiquibaseSteps;
import io.taidon.engine.liquibase.Manifest;
import io.taidon.engine.psql.Target;
import java.util.List;

/**
 * The changesets of a Liquibase changelog as steps.
 *
 * @param plan the changelog, read
 * @param liquibase gives the worker that applies it
 */
public record LiquibasePreparation(LiquibasePlan plan, LiquibaseSteps liquibase)
    implements Preparation {

  @Override
  public List<StepInput> steps() {
    return plan.steps().stream().map(LiquibaseStep::input).toList();
  }

  @Override
  public List<StepOrigin> origins(KeyedDigest key) {
    return plan.steps().stream().map(step -> step.origin(key)).toList();
  }

  @Override
  public List<ReadFile> files() {
    return plan.manifest().inputs().stream()
        .filter(input -> input.look() == Manifest.Look.FILE && !input.digest().isEmpty())
        .map(input -> new ReadFile(input.path(), new Digest(input.digest())))
        .distinct()
        .toList();
  }

  @Override
  public List<String> notes() {
    return plan.notes();
  }

  /**
   * Changesets are many and small: a server stop and start for each would cost more than they do.
   */
  @Override
  public boolean takesStatesLive() {
    return true;
  }

  @Override
  public Application open() {
    return new LiquibaseApplication(liquibase.run(plan));
  }

  private record LiquibaseApplication(LiquibaseRun run) implements Application {
    @Override
    public void apply(int first, int last, Target target, StepListener listener) {
      run.apply(
          first - 1,
          last,
          target,
          (step, outcome) -> {
            int number = step.index() + 1;
            listener.output(number, "liquibase: " + step.input().label() + " " + outcome);
            listener.ran(number);
          });
    }

    @Override
    public void disconnect() {
      run.disconnect();
    }

    @Override
    public void close() {
      run.close();
    }
  }
}
