package io.taidon.engine.local;

import io.taidon.core.plan.StepKind;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An engine in a process of its own: prepares one psql command, prints how many steps it ran, and
 * goes.
 */
final class EngineProcess {
  private EngineProcess() {}

  /**
   * @param args store, PostgreSQL home, workspace, psql command
   */
  public static void main(String[] args) throws Exception {
    LocalEngine engine =
        LocalEngine.open(
            new EngineSettings(
                Path.of(args[0]),
                List.of(),
                Optional.empty(),
                WorkerCommand.ofThisProcess(),
                Optional.empty()));
    try {
      System.out.println("ready");
      int unused = System.in.read();
      JobView job =
          engine.submit(
              new PrepareRequest(
                  StepKind.PSQL,
                  List.of("-c", args[3]),
                  Path.of(args[2]),
                  Path.of(args[2]),
                  Optional.empty(),
                  1,
                  false,
                  Optional.of(Path.of(args[1])),
                  OptionalInt.empty(),
                  false,
                  OptionalInt.empty(),
                  Optional.empty(),
                  PrepareRequest.NamePolicy.CREATE));
      try (EventStream events = engine.events(job.jobId(), 1)) {
        while (!events.isOver()) {
          events.next(Duration.ofSeconds(60));
        }
      }
      JobView over = engine.job(job.jobId());
      System.out.println(
          over.result().map(r -> "ran " + r.stepsRun()).orElse("failed " + over.error()));
    } finally {
      engine.shutdown(false);
    }
  }
}
