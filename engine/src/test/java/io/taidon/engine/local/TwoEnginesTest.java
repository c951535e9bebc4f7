package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.TestClusters;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two engine processes on one store. */
@Timeout(120)
class TwoEnginesTest {
  @TempDir Path directory;
  private Path workspace;

  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    workspace = Files.createDirectory(directory.resolve("workspace"));
  }

  /** What killed engines leave is cleared by the next one. */
  @AfterEach
  void clear() {
    LocalEngine.open(
            new EngineSettings(
                store(),
                List.of(),
                Optional.empty(),
                WorkerCommand.ofThisProcess(),
                Optional.empty()))
        .shutdown(false);
  }

  @Test
  void what_both_want_is_built_once() throws Exception {
    Process one = start();
    Process two = start();
    try (BufferedReader first = ready(one);
        BufferedReader second = ready(two)) {
      go(one);
      go(two);
      assertThat(List.of(first.readLine(), second.readLine()))
          .containsExactlyInAnyOrder("ran 1", "ran 0");
    } finally {
      end(one);
      end(two);
    }
  }

  @Test
  void a_builder_that_dies_blocks_nobody() throws Exception {
    Process dying = start();
    Process waiting = start();
    try (BufferedReader first = ready(dying);
        BufferedReader second = ready(waiting)) {
      go(dying);
      awaitPsql();
      go(waiting);
      dying.destroyForcibly().waitFor();
      assertThat(second.readLine()).isEqualTo("ran 1");
    } finally {
      end(dying);
      end(waiting);
    }
    clear();
    assertThat(store().resolve("builds")).isEmptyDirectory();
    assertThat(ProcessHandle.allProcesses().map(p -> p.info().commandLine().orElse("")))
        .noneMatch(c -> c.contains(directory.toString()));
  }

  private Path store() {
    return directory.resolve("store");
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            EngineProcess.class.getName(),
            store().toString(),
            TestClusters.home(17).directory().toString(),
            workspace.toString(),
            "select pg_sleep(3)")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static BufferedReader ready(Process process) throws IOException {
    BufferedReader out = process.inputReader();
    assertThat(out.readLine()).isEqualTo("ready");
    return out;
  }

  private static void go(Process process) throws IOException {
    process.outputWriter().write('\n');
    process.outputWriter().flush();
  }

  private static void awaitPsql() {
    org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(60))
        .until(() ->
            ProcessHandle.allProcesses()
                .map(p -> p.info().commandLine().orElse(""))
                .anyMatch(c -> c.contains("psql") && c.contains("pg_sleep(3)")));
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
