package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.plan.StepKind;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.TestClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changelogs through the whole engine: cached changeset by changeset. */
class LiquibaseEngineTest {
  private static final int CHANGESETS = 12;

  @TempDir Path directory;
  private Path workspace;
  LocalEngine engine;

  /** Where store and workspace are. */
  Path place() {
    return directory;
  }

  @BeforeEach
  void open() throws IOException {
    Path directory = place();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    workspace = Files.createDirectory(directory.resolve("workspace"));
    engine =
        LocalEngine.open(
            new EngineSettings(
                directory.resolve("store"),
                List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
                Optional.empty(),
                WorkerCommand.ofThisProcess(),
                Optional.empty()));
    writeChangelog(CHANGESETS, "int");
  }

  @AfterEach
  void close() {
    engine.shutdown(false);
  }

  @Test
  void editing_changeset_k_of_n_runs_k_to_n_only() throws Exception {
    assertThat(prepare(1).stepsRun()).isEqualTo(CHANGESETS);

    JobView.PrepareResult again = prepare(1);
    assertThat(again.cached()).isTrue();

    writeChangelog(9, "bigint");
    JobView.PrepareResult edited = prepare(1);
    assertThat(edited.stepsRun()).isEqualTo(CHANGESETS - 9 + 1);
    assertThat(edited.stateId()).isNotEqualTo(again.stateId());
  }

  @Test
  void thinner_checkpoints_end_in_the_same_state_with_fewer_on_the_way() throws Exception {
    JobView.PrepareResult thin = prepare(5);
    assertThat(thin.stepsRun()).isEqualTo(CHANGESETS);
    assertThat(engine.states(io.taidon.engine.ListFilter.ALL)).hasSize(1 + 3);

    JobView.PrepareResult dense = prepare(1);
    assertThat(dense.cached()).isTrue();
    assertThat(dense.stateId()).isEqualTo(thin.stateId());
  }

  /**
   * Writes a changelog of {@link #CHANGESETS} changesets; {@code type} is that of the column in
   * number {@code edited}.
   */
  private void writeChangelog(int edited, String type) throws IOException {
    StringBuilder sql = new StringBuilder("--liquibase formatted sql\n");
    for (int i = 1; i <= CHANGESETS; i++) {
      sql.append(
          "\n--changeset ann:%d\ncreate table t%d (i %s);\n"
              .formatted(i, i, i == edited ? type : "int"));
    }
    Files.writeString(workspace.resolve("changelog.sql"), sql);
  }

  private JobView.PrepareResult prepare(int checkpointEvery) throws InterruptedException {
    JobView job =
        engine.submit(
            new PrepareRequest(
                StepKind.LIQUIBASE,
                List.of("update", "--changelog-file", "changelog.sql"),
                workspace,
                workspace,
                Optional.empty(),
                checkpointEvery,
                false,
                Optional.of(TestClusters.home(17).directory()),
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
    assertThat(over.error()).isEmpty();
    return over.result().orElseThrow();
  }
}
