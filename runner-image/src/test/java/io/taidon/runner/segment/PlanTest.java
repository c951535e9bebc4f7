package io.taidon.runner.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.taidon.core.plan.Planner;
import io.taidon.core.plan.StepKind;
import io.taidon.core.segment.Manifest;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.segment.SegmentRequest.Invocation;
import io.taidon.core.segment.SegmentText;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.Engine;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.local.EngineSettings;
import io.taidon.engine.local.LocalEngine;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.runner.Pod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A pod's plan has the ids of the embedded engine's, for the same files and the same server. */
class PlanTest {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("taidon.root"), "examples").normalize();

  @Test
  void scriptsHaveTheIdsOfTheEmbeddedEngine() throws Exception {
    assertSameIds(
        "shop",
        StepKind.PSQL,
        List.of(
            "-v",
            "orders=1000",
            "-f",
            "schema.sql",
            "-f",
            "data.sql",
            "-f",
            "views.sql",
            "-c",
            "select 1"));
  }

  @Test
  void changesetsHaveTheIdsOfTheEmbeddedEngine() throws Exception {
    assertSameIds("liquibase-shop", StepKind.LIQUIBASE, List.of("update", "--contexts", "demo"));
  }

  @Test
  void failuresAreResultsAndNothingIsPrinted() throws Exception {
    Pod pod = new Pod().with(EXAMPLES.resolve("shop"), "shop");
    int code =
        pod.run(
            "plan", request("shop", new Invocation(StepKind.PSQL, List.of("-f", "absent.sql"))));

    assertThat(code).isEqualTo(1);
    assertThat(pod.out()).isEmpty();
    assertThat(pod.result())
        .isInstanceOfSatisfying(
            PodResult.Failed.class,
            failed -> {
              assertThat(failed.failure().code().wireCode()).isEqualTo("file_not_found");
              assertThat(failed.failure().sentence()).contains("absent.sql");
            });
  }

  private static void assertSameIds(String example, StepKind kind, List<String> args)
      throws Exception {
    // Below another name and deeper: places are no part of ids.
    Pod pod = new Pod().with(EXAMPLES.resolve(example), "deep/er");
    assertThat(pod.run("plan", request("deep/er", new Invocation(kind, args))))
        .as(pod.log())
        .isZero();

    byte[] printed = pod.out();
    Manifest manifest = SegmentText.manifest(new String(printed, StandardCharsets.UTF_8));
    assertThat(pod.result())
        .isEqualTo(
            new PodResult.Planned(
                printed.length,
                StateIdentity.digest(new String(printed, StandardCharsets.UTF_8)).hex()));
    List<String> ids =
        Planner.plan(manifest.base(), manifest.steps(), _ -> false).steps().stream()
            .map(step -> step.input().hex() + " " + step.hash().hex() + " " + step.output().hex())
            .toList();
    assertThat(ids).isNotEmpty().isEqualTo(embedded(EXAMPLES.resolve(example), kind, args));
  }

  private static List<String> embedded(Path directory, StepKind kind, List<String> args)
      throws Exception {
    try (Engine engine =
        LocalEngine.open(
            new EngineSettings(
                TestClusters.directory().resolve("store"),
                List.of(TestClusters.JARS.toAbsolutePath()),
                Optional.of("copy"),
                WorkerCommand.ofThisProcess(),
                Optional.empty()))) {
      JobView job =
          engine.submit(
              new PrepareRequest(
                  kind,
                  args,
                  directory,
                  directory,
                  Optional.empty(),
                  1,
                  true,
                  Optional.empty(),
                  OptionalInt.of(17),
                  false,
                  OptionalInt.empty(),
                  Optional.empty(),
                  PrepareRequest.NamePolicy.CREATE));
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> engine.job(job.jobId()).status() == JobStatus.SUCCEEDED);
      return engine.job(job.jobId()).tasks().stream()
          .filter(task -> task.type().equals("state_execute"))
          .map(task ->
              task.inputStateId().get()
                  + " "
                  + task.stepHash().get()
                  + " "
                  + task.outputStateId().get())
          .toList();
    }
  }

  private static SegmentRequest request(String directory, Invocation invocation) {
    return new SegmentRequest(
        OptionalInt.of(17), Optional.of(directory), List.of(invocation), Optional.empty());
  }
}
