package io.taidon.server.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.JobStatus;
import io.taidon.server.ApiClient.Answer;
import io.taidon.server.ServerTest;
import io.taidon.server.life.StopRequests;
import io.taidon.server.life.StopRequests.StopRequest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@Timeout(60)
class RoutesTest extends ServerTest {
  @Inject StopRequests stopRequests;

  @Test
  void healthSaysWhichServerAnswers() {
    Answer answer = api().get("/v1/health");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("ok").asBoolean()).isTrue();
    assertThat(answer.json().path("version").asText()).isEqualTo("0.1.0");
    assertThat(answer.json().path("instance_id").asText()).matches("[0-9a-f]{32}");
    assertThat(answer.json().path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void statusIsInSnakeCaseWithoutAbsentValues() {
    Answer answer = api().get("/v1/status");

    assertThat(answer.json().path("store_free_bytes").asLong()).isEqualTo(20);
    assertThat(answer.json().path("backend").path("capabilities").path("copy_on_write").asBoolean())
        .isTrue();
    assertThat(answer.json().has("psql")).isFalse();
  }

  @Test
  void jobIsInTheFormOfTheContract() {
    engine.addJob("j1").status(JobStatus.RUNNING);

    Answer answer = api().get("/v1/prepare-jobs/j1");

    assertThat(answer.json().path("status").asText()).isEqualTo("running");
    assertThat(answer.json().path("created_at").asText()).isEqualTo("2026-11-23T12:00:00Z");
    assertThat(answer.json().path("tasks").get(0).path("duration_millis").asLong()).isEqualTo(12);
    assertThat(answer.json().has("error")).isFalse();
  }

  @Test
  void explanationIsInTheFormOfTheContractAndRunsNothing() {
    Answer answer =
        api()
            .post(
                "/v1/cache/explain",
                "{\"prepare_kind\": \"psql\", \"psql_args\": [\"-f\", \"a.sql\"],"
                    + " \"work_dir\": \"/w\", \"workspace\": \"/w\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("decision").asText()).isEqualTo("miss");
    assertThat(answer.json().path("reason_code").asText()).isEqualTo("include_changed");
    assertThat(answer.json().at("/changes/0/parts/0/name").asText()).isEqualTo("b.sql");
    assertThat(answer.json().at("/relative/lost/reason").asText()).isEqualTo("expired");
    assertThat(answer.json().at("/cache").has("matched_state_id")).isFalse();
    assertThat(answer.json().at("/rebuild/millis").asLong()).isEqualTo(1234);
    assertThat(engine.lastSubmitted().args()).containsExactly("-f", "a.sql");
    assertThat(api().post("/v1/cache/explain", "{}").status()).isEqualTo(400);
  }

  @Test
  void listIsAnArrayOrLines() {
    assertThat(api().get("/v1/states").json()).hasSize(2);

    Answer lines = api().get("/v1/states", "Accept", "application/x-ndjson");
    assertThat(lines.header("Content-Type")).startsWith("application/x-ndjson");
    assertThat(lines.text().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("{\"state_id\":"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/prepare-jobs",
        "/v1/prepare-jobs?job=01234567",
        "/v1/tasks",
        "/v1/instances?id_prefix=01234567&state=89abcdef",
        "/v1/instances/dev",
        "/v1/states?id_prefix=01234567",
        "/v1/states/01234567",
        "/v1/names?instance=01234567&state=89abcdef",
        "/v1/names/dev",
        "/v1/config?effective=true",
        "/v1/config/schema"
      })
  void readingRoutesAnswer(String path) {
    Answer answer = api().get(path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
  }

  @Test
  void filterReachesTheEngine() {
    api().get("/v1/states?id_prefix=0123456789");

    assertThat(engine.calls()).containsExactly("states 0123456789");
  }

  @Test
  void instanceIsStartedAndStopped() {
    assertThat(api().post("/v1/instances/dev/start").json().path("status").asText())
        .isEqualTo("running");
    assertThat(api().post("/v1/instances/dev/stop").json().path("status").asText())
        .isEqualTo("stopped");
    assertThat(engine.calls()).containsExactly("start dev", "stop dev");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/states/s1?recurse=true&force=true, delete state s1 recurse=true force=true dry_run=false",
    "/v1/instances/i1?dry_run=true, delete instance i1 force=false dry_run=true",
    "/v1/prepare-jobs/j1?force=true, delete job j1 force=true dry_run=false",
    "/v1/names/n1, delete name n1  dry_run=false"
  })
  void deletionPassesItsFlags(String path, String call) {
    assertThat(api().delete(path).status()).isEqualTo(200);
    assertThat(engine.calls()).containsExactly(call);
  }

  @Test
  void blockedDeletionIsAConflictButNotWhenDry() {
    engine.deletionsEndIn("blocked");

    Answer blocked = api().delete("/v1/states/s1");
    assertThat(blocked.status()).isEqualTo(409);
    assertThat(blocked.json().path("outcome").asText()).isEqualTo("blocked");
    assertThat(blocked.json().path("root").path("blocked").asText()).isEqualTo("has_descendants");
    assertThat(api().delete("/v1/states/s1?dry_run=true").status()).isEqualTo(200);
  }

  @Test
  void cancelSaysWhetherItWasNeeded() {
    engine.addJob("j1").status(JobStatus.RUNNING);

    assertThat(api().post("/v1/prepare-jobs/j1/cancel").status()).isEqualTo(202);
    assertThat(api().post("/v1/prepare-jobs/j1/cancel").status()).isEqualTo(200);
  }

  @Test
  void configIsSetReadAndRemoved() {
    Answer set =
        api()
            .send(
                "PATCH",
                "/v1/config",
                HttpRequest.BodyPublishers.ofString("{\"path\":\"a.b\",\"value\":{\"c\":[1]}}"));
    assertThat(set.text()).isEqualTo("{\"path\":\"a.b\",\"value\":{\"c\":[1]}}");
    assertThat(api().get("/v1/config?path=a.b").json()).isEqualTo(set.json());

    assertThat(api().delete("/v1/config?path=a.b").json()).isEqualTo(set.json());
    assertThat(api().get("/v1/config?path=a.b").status()).isEqualTo(404);
    assertThat(api().delete("/v1/config?path=a.b").json().path("code").asText())
        .isEqualTo("not_found");
  }

  @Test
  void configNullIsNotAValue() {
    Answer answer =
        api()
            .send(
                "PATCH",
                "/v1/config",
                HttpRequest.BodyPublishers.ofString("{\"path\":\"a\",\"value\":null}"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("remedy").asText()).contains("DELETE");
  }

  @Test
  void shutdownIsRefusedWhileJobsRunUnlessForced() throws InterruptedException {
    engine.hasActiveJobs(2);

    Answer refused = api().post("/v1/shutdown", "{\"keep_instances\":true}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("code").asText()).isEqualTo("conflict");

    Answer forced = api().post("/v1/shutdown", "{\"keep_instances\":true,\"force\":true}");
    assertThat(forced.status()).isEqualTo(202);
    assertThat(stopRequests.take()).isEqualTo(new StopRequest(true, "POST /v1/shutdown"));
  }

  @Test
  void shutdownWithoutABodyKeepsNothing() throws InterruptedException {
    assertThat(api().post("/v1/shutdown").status()).isEqualTo(202);
    assertThat(stopRequests.take().keepInstances()).isFalse();
  }

  @Test
  void engineFailureIsItsCodeSentenceAndRemedy() {
    Answer answer = api().get("/v1/instances/missing");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text())
        .isEqualTo(
            "{\"code\":\"not_found\",\"message\":\"There is no instance missing.\","
                + "\"remedy\":\"List them with sqlrs ls.\"}");
  }

  @Test
  void detailsKeepTheirOrder() {
    engine.failsWith(
        TaidonException.of(ErrorCode.SCRIPT_FAILED, "It failed.")
            .with("file", "b.sql")
            .with("line", "3")
            .with("sqlstate", "42601"));

    Answer answer = api().get("/v1/status");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text())
        .contains("\"details\":{\"file\":\"b.sql\",\"line\":\"3\",\"sqlstate\":\"42601\"}");
  }

  @Test
  void unforeseenFailureShowsAReferenceAndNothingElse() {
    engine.failsWith(new IllegalStateException("secret detail"));

    Answer answer = api().get("/v1/status");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().path("code").asText()).isEqualTo("internal_error");
    assertThat(answer.json().path("details").path("reference").asText()).matches("[0-9a-f]{8}");
    assertThat(answer.text()).doesNotContain("secret", "Exception");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/nothing, 404, not_found",
    "GET, /, 404, not_found",
    "GET, /q/openapi, 404, not_found",
    "PUT, /v1/status, 405, invalid_argument",
    "DELETE, /v1/prepare-jobs, 405, invalid_argument",
    "GET, /v1/states?id_prefix=0123, 400, invalid_argument",
    "GET, /v1/states?id_prefix=GHIJKLMN, 400, invalid_argument",
    "DELETE, /v1/states/s1?dryrun=true, 400, invalid_argument",
    "DELETE, /v1/states/s1?dry_run=yes, 400, invalid_argument",
    "DELETE, /v1/config, 400, invalid_argument"
  })
  void wrongRequestGetsOurErrorBody(String method, String path, int status, String code) {
    Answer answer = api().send(method, path, HttpRequest.BodyPublishers.noBody());

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(answer.json().path("code").asText()).isEqualTo(code);
    assertThat(answer.json().path("message").asText()).endsWith(".");
    assertThat(engine.calls()).isEmpty();
  }

  @Test
  void unacceptableFormIs406() {
    Answer answer = api().get("/v1/states", "Accept", "text/html");

    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_argument");
  }
}
