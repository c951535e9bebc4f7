package io.taidon.engine.build;

import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepInput;
import io.taidon.core.state.KeyedDigest;
import io.taidon.engine.psql.PsqlRunner;
import io.taidon.engine.psql.PsqlStep;
import io.taidon.engine.psql.Target;
import java.util.List;
import java.util.function.Supplier;

/**
 * psql scripts as steps.
 *
 * @param scripts one for each step
 * @param psql gives the psql to run; asked only when there is something to run
 */
public record PsqlPreparation(List<PsqlStep> scripts, Supplier<PsqlRunner> psql)
    implements Preparation {
  public PsqlPreparation {
    scripts = List.copyOf(scripts);
  }

  @Override
  public List<StepInput> steps() {
    return scripts.stream().map(PsqlStep::input).toList();
  }

  @Override
  public List<StepOrigin> origins(KeyedDigest key) {
    return scripts.stream().map(script -> script.origin(key)).toList();
  }

  @Override
  public List<ReadFile> files() {
    return scripts.stream()
        .flatMap(script ->
            script.files().stream()
                .map(
                    file -> new ReadFile(script.workspace().placeName(file.path()), file.digest())))
        .distinct()
        .toList();
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  /** Scripts are few and each is a likely place to start again from: worth a clean state. */
  @Override
  public boolean takesStatesLive() {
    return false;
  }

  @Override
  public Application open() {
    return new PsqlApplication(scripts, psql.get());
  }

  private record PsqlApplication(List<PsqlStep> scripts, PsqlRunner psql) implements Application {
    @Override
    public void apply(int first, int last, Target target, StepListener listener) {
      for (int number = first; number <= last; number++) {
        int step = number;
        PsqlStep script = scripts.get(step - 1);
        psql.run(
            script,
            target,
            script.workspace().workDir(),
            line -> listener.output(step, "psql: " + line.text()));
        script.checkUnchanged();
        listener.ran(step);
      }
    }

    @Override
    public void disconnect() {}

    @Override
    public void close() {}
  }
}
