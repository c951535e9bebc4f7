package io.taidon.cli;

import static io.taidon.cli.TestingEngineApi.INSTANCE;
import static io.taidon.cli.TestingEngineApi.RESULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RunTest extends CommandLineFixture {
  private static final String RUNS = "POST /v1/runs";
  private static final String DELETE = "DELETE /v1/instances/" + INSTANCE + "?force=true";

  @Test
  void passesOnBothStreamsAndTheToolsExitCode() {
    api.stream(
        RUNS,
        200,
        "{\"type\":\"start\",\"instance_id\":\"" + INSTANCE + "\"}",
        "{\"type\":\"stdout\",\"data\":\"1 ä\\n\"}",
        "{\"type\":\"stderr\",\"data_base64\":\"YmFk\"}",
        "{\"type\":\"exit\",\"exit_code\":3}");
    assertThat(run("run:psql", "--instance", "dev", "-c", "select 1")).isEqualTo(3);
    assertThat(out()).isEqualTo("1 ä\n");
    assertThat(err()).isEqualTo("bad");
    assertThat(body(RUNS))
        .isEqualTo(
            "{\"instance_ref\":\"dev\",\"kind\":\"psql\",\"args\":[\"-c\",\"select 1\"],\"work_dir\":\""
                + directory
                + "\"}");
  }

  @Test
  void neverReadsStandardInputWhenTheArgumentsSayWhatToRun() {
    tool(0);
    in = neverEnding();
    assertThat(run("run:psql", "--instance", "dev", "-f", "a.sql")).isZero();
    assertThat(run("run:pgbench", "--instance", "dev", "--", "-T", "1")).isZero();
  }

  @Test
  void sendsStandardInputWhenNothingElseIsToBeRun() {
    tool(0);
    stdin("select 2");
    assertThat(run("run:psql", "--instance", "dev", "--", "-At")).isZero();
    assertThat(body(RUNS)).contains("\"stdin\":\"select 2\"");
  }

  @Test
  void saysHowToConnectAtATerminal() {
    isTerminal = true;
    api.json("GET /v1/instances/dev", 200, "{\"dsn\":\"postgresql://x\"}");
    assertThat(run("run:psql", "--instance", "dev")).isEqualTo(2);
    assertThat(err()).contains("psql \"postgresql://x\"");
  }

  @Test
  void needsAnInstance() {
    assertThat(run("run:psql", "-c", "select 1")).isEqualTo(2);
    assertThat(err()).contains("--instance");
  }

  @Test
  void endsTheToolAtCtrlC() {
    api.stream(RUNS, 200, "{\"type\":\"stdout\",\"data\":\"1\"}", "HOLD");
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() -> run("run:psql", "--instance", "dev", "-c", "x"));
    await().until(() -> !interrupts.isEmpty() && out().equals("1"));
    interrupts.getLast().run();
    assertThat(exit.join()).isEqualTo(130);
  }

  @Test
  void deletesTheInstanceOfACompositeAlsoAfterAFailure() {
    api.jobThatSucceeds();
    tool(2);
    api.json(DELETE, 200, "{\"outcome\":\"deleted\"}");
    assertThat(run("prepare:psql", "--", "-f", "a.sql", "run:psql", "--", "-c", "x")).isEqualTo(2);
    assertThat(out()).isEqualTo("done\n");
    assertThat(err()).endsWith("Deleting instance aaaaaaaa0123\n");
    assertThat(api.requests).contains(DELETE);
    assertThat(body(RUNS)).contains("\"instance_ref\":\"" + INSTANCE + "\"");
  }

  @Test
  void deletesTheInstanceWhenTheRunIsRefused() {
    api.jobThatSucceeds();
    api.json(RUNS, 400, "{\"code\":\"connection_option_refused\",\"message\":\"No -h.\"}");
    assertThat(run("prepare:psql", "-f", "a.sql", "run:psql", "-h", "x")).isEqualTo(2);
    assertThat(api.requests).contains(DELETE);
  }

  @Test
  void keepsAnInstanceThatHasAName() {
    api.stream(
        "POST /v1/prepare-jobs",
        201,
        TestingEngineApi.jobLine(),
        TestingEngineApi.result(1, RESULT.replace("\"state_id\"", "\"name\":\"dev\",\"state_id\"")),
        TestingEngineApi.status(2, "succeeded"));
    tool(0);
    assertThat(run("prepare:psql", "--name", "dev", "-f", "a", "run:psql", "-c", "x")).isZero();
    assertThat(api.requests).noneMatch(request -> request.startsWith("DELETE"));
  }

  @Test
  void refusesWhatACompositeCannotDo() {
    assertThat(run("prepare:psql", "-f", "a", "run:psql", "--instance", "x", "-c", "y"))
        .isEqualTo(2);
    assertThat(run("prepare:psql", "--no-watch", "-f", "a", "run:psql", "-c", "y")).isEqualTo(2);
    assertThat(run("prepare:psql", "-f", "a", "run:mysql", "-c", "y")).isEqualTo(2);
    assertThat(api.requests).isEmpty();
  }

  private void tool(int exitCode) {
    api.stream(
        RUNS,
        200,
        "{\"type\":\"stdout\",\"data\":\"done\\n\"}",
        "{\"type\":\"exit\",\"exit_code\":" + exitCode + "}");
  }

  private static InputStream neverEnding() {
    return new InputStream() {
      @Override
      public int read() {
        throw new AssertionError("standard input was read");
      }
    };
  }
}
