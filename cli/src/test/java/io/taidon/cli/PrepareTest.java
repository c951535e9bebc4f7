package io.taidon.cli;

import static io.taidon.cli.TestingEngineApi.DSN;
import static io.taidon.cli.TestingEngineApi.JOB;
import static io.taidon.cli.TestingEngineApi.RESULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PrepareTest extends CommandLineFixture {
  private static final String SUBMIT = "POST /v1/prepare-jobs";
  private static final String EVENTS = "GET /v1/prepare-jobs/" + JOB + "/events";

  @Test
  void printsTheDsnAloneAndOneLineAStep() {
    api.jobThatSucceeds();
    assertThat(run("prepare:psql", "-f", "a.sql")).isZero();
    assertThat(out()).isEqualTo("DSN=" + DSN + "\n");
    assertThat(err()).isEqualTo("[1/1] -f a.sql  1.2s\n");
  }

  @Test
  void printsTheWholeResultAsJson() {
    api.jobThatSucceeds();
    assertThat(run("--output", "json", "prepare:psql", "-f", "a.sql")).isZero();
    assertThat(out()).isEqualTo(RESULT + "\n");
  }

  @Test
  void saysWhereTheTimeWentWhenVerbose() {
    api.jobThatSucceeds();
    run("-v", "prepare:psql", "-f", "a.sql");
    assertThat(err())
        .contains("timeline: planned 1.5 ms, cloned 9.0 ms, started 40.0 ms, first row 44.0 ms\n")
        .contains("warning: -f a.sql uses now()\n")
        .contains("job succeeded\n");
  }

  @Test
  void sendsOptionsArgumentsAndDirectories() throws Exception {
    api.jobThatSucceeds();
    Files.createDirectories(directory.resolve(".sqlrs"));
    run(
        "prepare:psql",
        "--name",
        "dev",
        "--reuse",
        "--fresh",
        "--port=5544",
        "--durable",
        "--postgres-version",
        "17",
        "-v",
        "n=3",
        "-f",
        "a.sql",
        "--",
        "--name");
    assertThat(body(SUBMIT))
        .isEqualTo(
            "{\"prepare_kind\":\"psql\",\"psql_args\":[\"-v\",\"n=3\",\"-f\",\"a.sql\",\"--name\"],"
                + "\"work_dir\":\"DIR\",\"workspace\":\"DIR\",\"plan_only\":false,"
                    .replace("DIR", directory.toString())
                + "\"postgres_version\":17,\"durable\":true,\"port\":5544,"
                + "\"name\":\"dev\",\"name_policy\":\"reuse_or_fresh\"}");
  }

  @Test
  void sendsStandardInputOnlyWhenAScriptReadsIt() {
    api.jobThatSucceeds();
    stdin("select 1;");
    run("prepare:psql", "-Xf", "-");
    assertThat(body(SUBMIT)).contains("\"stdin\":\"select 1;\"");
    api.requests.clear();
    run("prepare:psql", "-f", "a.sql");
    assertThat(body(SUBMIT)).doesNotContain("stdin");
  }

  @Test
  void doesNotWaitWhenToldSo() {
    api.json(
        SUBMIT,
        201,
        "{\"job_id\":\"j\",\"status_url\":\"/s\",\"events_url\":\"/e\",\"status\":\"queued\"}");
    assertThat(run("prepare:psql", "--no-watch", "-f", "a.sql")).isZero();
    assertThat(out()).isEqualTo("JOB_ID=j\nSTATUS_URL=/s\nEVENTS_URL=/e\n");
  }

  @Test
  void showsAFailureWithPlaceAndRemedy() {
    String error =
        "{\"code\":\"script_failed\",\"message\":\"a.sql failed.\",\"details\":{\"line\":\"3\"},\"remedy\":\"Correct it.\"}";
    api.stream(
        SUBMIT,
        201,
        TestingEngineApi.jobLine(),
        TestingEngineApi.task(1, "failed", ""),
        "{\"seq\":2,\"type\":\"error\",\"error\":" + error + "}",
        TestingEngineApi.status(3, "failed"));
    assertThat(run("prepare:psql", "-f", "a.sql")).isEqualTo(1);
    assertThat(out()).isEmpty();
    assertThat(err())
        .isEqualTo(
            "[1/1] -f a.sql  failed\nerror[script_failed]: a.sql failed.\n  line: 3\n  job: "
                + JOB
                + "\n  hint: Correct it.\n");
    assertThat(run("--output", "json", "prepare:psql", "-f", "a.sql")).isEqualTo(1);
    assertThat(out()).isEmpty();
    assertThat(err())
        .endsWith(
            "{\"code\":\"script_failed\",\"message\":\"a.sql failed.\",\"details\":{\"line\":\"3\",\"job\":\""
                + JOB
                + "\"},\"remedy\":\"Correct it.\"}\n");
  }

  @Test
  void takesABrokenStreamUpAgain() {
    api.stream(
        SUBMIT, 201, TestingEngineApi.jobLine(), TestingEngineApi.task(1, "running", ""), "BREAK");
    api.stream(
        EVENTS,
        206,
        TestingEngineApi.task(1, "running", ""),
        TestingEngineApi.result(2, RESULT),
        TestingEngineApi.status(3, "succeeded"));
    assertThat(run("prepare:psql", "-f", "a.sql")).isZero();
    assertThat(out()).isEqualTo("DSN=" + DSN + "\n");
    assertThat(api.requests).contains(EVENTS + " [events=2-]");
  }

  @Test
  void saysWhatToDoWhenTheServerIsLost() {
    api.answer(
        SUBMIT,
        exchange -> {
          exchange.sendResponseHeaders(201, 0);
          exchange
              .getResponseBody()
              .write((TestingEngineApi.jobLine() + "\n").getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          api.close();
        });
    assertThat(run("prepare:psql", "-f", "a.sql")).isEqualTo(1);
    assertThat(err())
        .startsWith("error[server_unavailable]")
        .contains("Run the same command again");
  }

  @Test
  void cancelsAtCtrlCWithoutATerminal() {
    holdJob();
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() -> run("prepare:psql", "-f", "a.sql"));
    pressCtrlC();
    assertThat(exit.join()).isEqualTo(130);
    assertThat(api.requests).contains("POST /v1/prepare-jobs/" + JOB + "/cancel {}");
  }

  @Test
  void detachesAtATerminalWhenAsked() throws Exception {
    holdJob();
    isTerminal = true;
    stdin("d\n");
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(
            () -> run("prepare:psql", "-f", "a.sql", "run:psql", "-c", "select 1"));
    pressCtrlC();
    assertThat(exit.join()).isZero();
    assertThat(err())
        .contains("[s] stop  [d] detach  [Enter] continue")
        .contains("sqlrs watch " + JOB)
        .contains("The run is skipped.");
    assertThat(api.requests)
        .noneMatch(request -> request.contains("/cancel") || request.contains("/v1/runs"));
  }

  @Test
  void goesOnAtASecondCtrlC() throws Exception {
    holdJob();
    isTerminal = true;
    PipedOutputStream nobodyTypes = new PipedOutputStream();
    in = new PipedInputStream(nobodyTypes);
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() -> run("prepare:psql", "-f", "a.sql"));
    pressCtrlC();
    await().until(() -> err().contains("continue: "));
    pressCtrlC();
    api.release.countDown();
    assertThat(exit.join()).isZero();
    assertThat(out()).isEqualTo("DSN=" + DSN + "\n");
  }

  @Test
  void rewritesOneLineOnATerminalAndCutsItToTheWidth() {
    api.jobThatSucceeds();
    isTerminal = true;
    columns = 13;
    run("prepare:psql", "-f", "a.sql");
    assertThat(err()).contains("\r\\ [1/1] -f a\u001b[K").endsWith("\r\u001b[K");
  }

  @Test
  void watchesAJob() {
    api.stream(
        EVENTS, 200, TestingEngineApi.result(1, RESULT), TestingEngineApi.status(2, "succeeded"));
    assertThat(run("watch", JOB)).isZero();
    assertThat(out()).isEqualTo("DSN=" + DSN + "\n");
  }

  @Test
  void printsAPlan() {
    api.stream(
        SUBMIT,
        201,
        TestingEngineApi.jobLine(),
        TestingEngineApi.result(
            1,
            "{\"state_id\":\"s1\",\"cached\":false,\"miss\":{\"step\":1,\"label\":\"-f a.sql\",\"reason_code\":\"never_built\",\"sentence\":\"Step 1 (-f a.sql) must run: nothing like it was built before.\"}}"),
        TestingEngineApi.status(2, "succeeded"));
    api.json(
        "GET /v1/prepare-jobs/" + JOB,
        200,
        "{\"prepare_kind\":\"psql\",\"prepare_args_normalized\":\"-f a.sql\",\"tasks\":[{\"type\":\"plan\",\"label\":\"plan\"},"
            + "{\"type\":\"state_execute\",\"label\":\"-f a.sql\",\"input_state_id\":\"0123456789abcdef\",\"step_hash\":\"ffff\",\"output_state_id\":\"s1\",\"cached\":true}]}");
    assertThat(run("plan:psql", "-f", "a.sql")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            Final state: s1
            1. plan  plan cached=n/a
            2. state_execute  -f a.sql  input=state:0123456789ab hash=ffff output=s1 cached=yes
            Step 1 (-f a.sql) must run: nothing like it was built before.
            """);
    assertThat(body(SUBMIT)).contains("\"plan_only\":true");
  }

  private void holdJob() {
    api.stream(
        SUBMIT,
        201,
        TestingEngineApi.jobLine(),
        TestingEngineApi.task(1, "running", ""),
        "HOLD",
        TestingEngineApi.result(2, RESULT),
        TestingEngineApi.status(3, "succeeded"));
    api.json("POST /v1/prepare-jobs/" + JOB + "/cancel", 202, "{}");
  }

  /** Whoever registered last is told, as with a signal. */
  private void pressCtrlC() {
    await()
        .until(() ->
            api.requests.stream().anyMatch(r -> r.startsWith(SUBMIT)) && !interrupts.isEmpty());
    await().until(() -> !isTerminal || err().contains("a.sql"));
    interrupts.getLast().run();
  }
}
