package io.taidon.engine.bench;

import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.bench.Settings.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prepare with one changed step, the last of five, beside what that step costs by itself: the same
 * script run by psql against a running server that holds what the steps before it made.
 */
final class ChangedStep {
  private static final int STEPS = 5;
  private static final double MAY_ADD_MILLIS = 100;

  private final Settings settings;
  private final Report report;

  ChangedStep(Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
  }

  void measure(Place place) throws IOException, InterruptedException {
    report.section(
        "Prepare again with the last of " + STEPS + " steps changed: " + place.describe());
    Path workspace = Files.createDirectory(place.directory().resolve("five"));
    for (int step = 1; step <= STEPS; step++) {
      write(workspace, step, 0);
    }
    try (EngineUnderTest engine =
        EngineUnderTest.open(place.directory().resolve("store"), place.backendName())) {
      PrepareResult before = engine.prepare(workspace, files(STEPS - 1));
      Samples alone = new Samples();
      Samples whole = new Samples();
      Samples added = new Samples();
      for (int round = -2; round < Math.max(settings.rounds() / 4, 1); round++) {
        write(workspace, STEPS, round + 100);
        PrepareResult fresh = engine.prepare(workspace, files(STEPS - 1));
        long begin = System.nanoTime();
        runAlone(engine.psql(), fresh, workspace);
        double step = (System.nanoTime() - begin) / 1e6;
        begin = System.nanoTime();
        PrepareResult made = engine.prepare(workspace, files(STEPS));
        double total = (System.nanoTime() - begin) / 1e6;
        requireOneStep(made);
        engine.delete(fresh);
        engine.delete(made);
        if (round >= 0) {
          alone.add(step);
          whole.add(total);
          added.add(total - step);
        }
      }
      engine.delete(before);
      report.fact("floor: the changed step by psql on a running server", alone);
      report.fact("prepare: 4 steps cached, 1 run, instance started", whole);
      report.limit("  more than the floor", added, MAY_ADD_MILLIS, "p50 <= 100 ms");
    }
  }

  private static void write(Path workspace, int step, int salt) throws IOException {
    Files.writeString(
        workspace.resolve(step + ".sql"),
        """
        create table step_%1$d (id int primary key, text text not null);
        insert into step_%1$d select i, md5(i::text || '%2$d') from generate_series(1, 20000) i;
        create index on step_%1$d (text);
        """
            .formatted(step, salt));
  }

  private static List<String> files(int steps) {
    List<String> arguments = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      arguments.addAll(List.of("-f", step + ".sql"));
    }
    return arguments;
  }

  private static void runAlone(String psql, PrepareResult instance, Path workspace) {
    var unused =
        Processes.run(
            List.of(psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", STEPS + ".sql"),
            workspace,
            Processes.connection(instance.dsn().orElseThrow()));
  }

  private static void requireOneStep(PrepareResult made) {
    if (made.stepsRun() != 1) {
      throw new IllegalStateException("one changed step, and " + made.stepsRun() + " ran");
    }
  }
}
