package io.taidon.e2e.embedded;

import io.taidon.core.plan.StepKind;
import io.taidon.e2e.cluster.Patience;
import io.taidon.engine.Engine;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.local.EngineSettings;
import io.taidon.engine.local.LocalEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The ids that the embedded mode gives, worked out by its engine in this process. Nothing of the
 * cluster takes part.
 */
public final class EmbeddedIds {
  private EmbeddedIds() {}

  /**
   * The ids of state 0 and of the state after each step.
   *
   * @param files the workspace, by path
   */
  public static List<String> of(Map<String, byte[]> files, StepKind kind, String... args) {
    try {
      Path root = Files.createTempDirectory("taidon-e2e-");
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
      try {
        return plan(root, write(root.resolve("workspace"), files), kind, List.of(args));
      } finally {
        delete(root);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path write(Path workspace, Map<String, byte[]> files) throws IOException {
    Files.createDirectories(workspace);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = workspace.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return workspace;
  }

  private static List<String> plan(Path root, Path workspace, StepKind kind, List<String> args)
      throws IOException {
    Path sets =
        Path.of(System.getProperty("taidon.postgres.sets", "target/postgres")).toAbsolutePath();
    try (Engine engine =
        LocalEngine.open(
            new EngineSettings(
                root.resolve("store"),
                List.of(sets),
                Optional.of("copy"),
                WorkerCommand.ofThisProcess(),
                Optional.empty()))) {
      JobView job =
          engine.submit(
              new PrepareRequest(
                  kind,
                  args,
                  workspace,
                  workspace,
                  Optional.empty(),
                  1,
                  true,
                  Optional.empty(),
                  OptionalInt.of(17),
                  false,
                  OptionalInt.empty(),
                  Optional.empty(),
                  PrepareRequest.NamePolicy.CREATE));
      Patience.await("the embedded plan")
          .until(() -> engine.job(job.jobId()).status().isTerminal());
      JobView done = engine.job(job.jobId());
      if (done.status() != JobStatus.SUCCEEDED) {
        throw new AssertionError("the embedded engine failed: " + done.error());
      }
      return ids(done);
    }
  }

  private static List<String> ids(JobView job) {
    List<JobView.TaskView> steps =
        job.tasks().stream().filter(task -> task.type().equals("state_execute")).toList();
    List<String> ids = new ArrayList<>();
    ids.add(steps.getFirst().inputStateId().orElseThrow());
    steps.forEach(step -> ids.add(step.outputStateId().orElseThrow()));
    return ids;
  }

  private static void delete(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
