package io.taidon.cli;

import static io.taidon.cli.TestingEngineApi.DSN;
import static io.taidon.cli.TestingEngineApi.INSTANCE;
import static io.taidon.cli.TestingEngineApi.JOB;
import static io.taidon.cli.TestingEngineApi.RESULT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiquibaseTest extends CommandLineFixture {
  private static final String SUBMIT = "POST /v1/prepare-jobs";
  private static final String FOUND =
      "{\"seq\":1,\"type\":\"log\",\"task_id\":\"plan\",\"message\":\"engine: The changelog is a.xml.\"}";

  @Test
  void sendsTheArgumentsAsTheyAreAndItsOwnOptionsApart() {
    api.jobThatSucceeds();
    assertThat(
            run(
                "prepare:lb",
                "update",
                "--checkpoint",
                "10",
                "--changelog-file",
                "--name",
                "--name=dev",
                "-Dtenants=3",
                "--",
                "--checkpoint"))
        .isZero();
    assertThat(out()).isEqualTo("DSN=" + DSN + "\n");
    assertThat(body(SUBMIT))
        .isEqualTo(
            "{\"prepare_kind\":\"lb\",\"liquibase_args\":[\"update\",\"--changelog-file\",\"--name\","
                + "\"-Dtenants=3\",\"--checkpoint\"],"
                + "\"work_dir\":\"DIR\",\"workspace\":\"DIR\",\"plan_only\":false,"
                    .replace("DIR", directory.toString())
                + "\"checkpoint\":10,\"durable\":false,\"name\":\"dev\",\"name_policy\":\"create\"}");
  }

  @Test
  void needsNoArgumentsAndReadsNoStandardInput() {
    api.jobThatSucceeds();
    in = new Untouchable();
    assertThat(run("prepare:lb")).isZero();
    assertThat(body(SUBMIT)).contains("\"liquibase_args\":[]").doesNotContain("stdin");
    assertThat(run("prepare:lb", "-f", "-", "--file=-")).isZero();
    assertThat(api.requests.getLast()).contains("[\"-f\",\"-\",\"--file=-\"]");
  }

  @Test
  void plansWithCheckpoints() {
    api.stream(
        SUBMIT,
        201,
        TestingEngineApi.jobLine(),
        FOUND,
        TestingEngineApi.result(2, "{\"state_id\":\"s1\",\"cached\":true}"),
        TestingEngineApi.status(3, "succeeded"));
    api.json(
        "GET /v1/prepare-jobs/" + JOB,
        200,
        "{\"prepare_kind\":\"lb\",\"prepare_args_normalized\":\"update\",\"tasks\":[{\"type\":\"state_execute\",\"label\":\"a.xml::1::ann\",\"output_state_id\":\"s1\",\"cached\":true}]}");
    assertThat(run("plan:lb", "--checkpoint=5", "--contexts", "test")).isZero();
    assertThat(body(SUBMIT))
        .contains("\"liquibase_args\":[\"--contexts\",\"test\"]", "\"checkpoint\":5")
        .contains("\"plan_only\":true");
    assertThat(out())
        .isEqualTo("Final state: s1\n1. state_execute  a.xml::1::ann output=s1 cached=yes\n");
    assertThat(err()).isEqualTo("engine: The changelog is a.xml.\n");
    run("--output", "json", "plan:lb");
    assertThat(out()).startsWith("{\"prepare_kind\":\"lb\",");
  }

  @Test
  void runsAToolAgainstWhatAChangelogMadeAndDeletesIt() {
    api.jobThatSucceeds();
    api.stream("POST /v1/runs", 200, "{\"type\":\"exit\",\"exit_code\":3}");
    api.json("DELETE /v1/instances/" + INSTANCE + "?force=true", 200, "{\"outcome\":\"deleted\"}");
    assertThat(
            run(
                "prepare:lb",
                "--search-path",
                "run:psql",
                "update",
                "run:psql",
                "--",
                "-c",
                "select 1"))
        .isEqualTo(3);
    assertThat(body(SUBMIT)).contains("[\"--search-path\",\"run:psql\",\"update\"]");
    assertThat(body("POST /v1/runs")).contains(INSTANCE, "[\"-c\",\"select 1\"]");
    assertThat(err()).contains("Deleting instance " + INSTANCE.substring(0, 12));
  }

  @Test
  void printsSomeOfManyStepsAndAlwaysTheLast() {
    job(changesets(120, 41, "succeeded"));
    assertThat(run("prepare:lb")).isZero();
    assertThat(err().lines())
        .hasSize(10)
        .startsWith("[12/120] db/12.sql::12::ann  cached", "[24/120] db/24.sql::24::ann  cached")
        .contains("[48/120] db/48.sql::48::ann  3ms")
        .endsWith("[120/120] db/120.sql::120::ann  3ms");
  }

  @Test
  void printsAllOfFewSteps() {
    job(changesets(20, 0, "succeeded"));
    run("prepare:lb");
    assertThat(err().lines())
        .hasSize(20)
        .startsWith("[1/20] db/1.sql::1::ann  3ms", "[2/20] db/2.sql::2::ann  3ms");
  }

  @Test
  void printsTheStepThatFailedWhicheverItIs() {
    job(changesets(50, 42, "failed"));
    run("prepare:lb");
    assertThat(err().lines())
        .contains("[40/50] db/40.sql::40::ann  cached", "[43/50] db/43.sql::43::ann  failed");
  }

  @Test
  void printsEveryStepWhenVerbose() {
    job(changesets(120, 41, "succeeded"));
    run("-v", "prepare:lb");
    assertThat(err().lines())
        .contains("[1/120] db/1.sql::1::ann  cached", "[42/120] db/42.sql::42::ann  queued")
        .contains("[42/120] db/42.sql::42::ann  3ms", "[120/120] db/120.sql::120::ann  3ms");
  }

  @Test
  void rewritesOneLineOnATerminalHoweverManyStepsThereAre() {
    job(changesets(120, 41, "succeeded"));
    isTerminal = true;
    run("prepare:lb");
    assertThat(err()).contains("[42/120] db/42.sql::42::ann  3ms").doesNotContain("\n");
  }

  @Test
  void saysWhichChangelogWasChosen() {
    api.stream(
        SUBMIT,
        201,
        TestingEngineApi.jobLine(),
        FOUND,
        TestingEngineApi.result(2, RESULT),
        TestingEngineApi.status(3, "succeeded"));
    run("prepare:lb");
    assertThat(err()).isEqualTo("engine: The changelog is a.xml.\n");
    isTerminal = true;
    run("prepare:lb");
    assertThat(err()).isEqualTo("engine: The changelog is a.xml.\n");
    assertThat(out()).isEqualTo("DSN=" + DSN + "\n");
  }

  private void job(List<String> tasks) {
    List<String> lines = new ArrayList<>(List.of(TestingEngineApi.jobLine()));
    lines.addAll(tasks);
    lines.add(TestingEngineApi.result(tasks.size() + 1, RESULT));
    lines.add(TestingEngineApi.status(tasks.size() + 2, "succeeded"));
    api.stream(SUBMIT, 201, lines.toArray(String[]::new));
  }

  /** As the engine tells of them: all that are planned, then each that runs, up to a failed one. */
  private static List<String> changesets(int count, int cached, String end) {
    List<String> lines = new ArrayList<>();
    for (int step = 1; step <= count; step++) {
      boolean isCached = step <= cached;
      lines.add(changeset(lines, step, isCached ? "succeeded" : "queued", isCached));
    }
    for (int step = cached + 1; step <= count; step++) {
      lines.add(changeset(lines, step, "running", false));
      lines.add(changeset(lines, step, end, false));
      if (end.equals("failed")) {
        break;
      }
    }
    return lines;
  }

  private static String changeset(List<String> before, int step, String status, boolean isCached) {
    return "{\"seq\":%d,\"type\":\"task\",\"task_id\":\"execute-%d\",\"task\":{\"task_id\":\"execute-%d\",\"type\":\"state_execute\",\"label\":\"db/%d.sql::%d::ann\",\"status\":\"%s\",\"cached\":%b,\"duration_millis\":3}}"
        .formatted(before.size() + 1, step, step, step, step, status, isCached);
  }

  private static final class Untouchable extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("standard input was read");
    }
  }
}
