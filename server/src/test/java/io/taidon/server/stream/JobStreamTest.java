package io.taidon.server.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.taidon.engine.JobStatus;
import io.taidon.server.ApiClient.Answer;
import io.taidon.server.ApiClient.Stream;
import io.taidon.server.ServerTest;
import io.taidon.server.TestingJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@Timeout(60)
class JobStreamTest extends ServerTest {
  private static final String EVENTS = "/v1/prepare-jobs/j1/events";

  @Test
  void eventsArriveAsTheyHappenUntilTheJobIsOver() {
    TestingJob job = engine.addJob("j1");
    job.status(JobStatus.QUEUED);

    try (Stream stream = api().stream("GET", EVENTS, "")) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/x-ndjson");
      assertThat(stream.headers().firstValue("Content-Range")).contains("events 1-*/*");
      assertThat(stream.line().toString())
          .isEqualTo(
              "{\"seq\":1,\"ts\":\"2026-11-23T12:00:00Z\",\"type\":\"status\",\"status\":\"queued\"}");
      job.task("plan");
      JsonNode task = stream.line();
      assertThat(task.path("seq").asLong()).isEqualTo(2);
      assertThat(task.path("task").path("task_id").asText()).isEqualTo("plan");
      job.log("plan", "psql: CREATE TABLE");
      assertThat(stream.line().path("message").asText()).isEqualTo("psql: CREATE TABLE");
      job.status(JobStatus.SUCCEEDED);
      assertThat(stream.line().path("status").asText()).isEqualTo("succeeded");
      assertThat(stream.hasEnded()).isTrue();
    }
    await().untilAsserted(() -> assertThat(job.openStreams()).isZero());
  }

  @Test
  void streamResumesWhereAsked() {
    TestingJob job = engine.addJob("j1");
    job.status(JobStatus.RUNNING);
    job.task("plan");
    job.status(JobStatus.SUCCEEDED);

    try (Stream stream = api().stream("GET", EVENTS, "", "Range", "events=2-")) {
      assertThat(stream.status()).isEqualTo(206);
      assertThat(stream.headers().firstValue("Content-Range")).contains("events 2-*/*");
      assertThat(stream.line().path("seq").asLong()).isEqualTo(2);
      assertThat(stream.line().path("seq").asLong()).isEqualTo(3);
      assertThat(stream.hasEnded()).isTrue();
    }
  }

  @Test
  void beyondTheEndOfAJobThatIsOverIs416() {
    TestingJob job = engine.addJob("j1");
    job.status(JobStatus.FAILED);

    Answer answer = api().get(EVENTS, "Range", "events=2-");

    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_argument");
  }

  @ParameterizedTest
  @ValueSource(strings = {"events=0-", "events=-5", "events=1-2", "events=x-", "events="})
  void rangeInAnotherFormIsRefused(String range) {
    engine.addJob("j1").status(JobStatus.FAILED);

    assertThat(api().get(EVENTS, "Range", range).status()).isEqualTo(400);
  }

  @Test
  void rangeInAnotherUnitIsIgnored() {
    engine.addJob("j1").status(JobStatus.FAILED);

    assertThat(api().get(EVENTS, "Range", "bytes=5-").status()).isEqualTo(200);
  }

  @Test
  void unknownJobIs404() {
    assertThat(api().get("/v1/prepare-jobs/j2/events").status()).isEqualTo(404);
  }

  @Test
  void quietJobSendsItsLastTaskEventAgain() {
    TestingJob job = engine.addJob("j1");
    job.task("plan");
    job.log("plan", "psql: CREATE TABLE");

    try (Stream stream = api().stream("GET", EVENTS, "")) {
      stream.line();
      stream.line();
      job.quietMoment();
      JsonNode again = stream.line();
      assertThat(again.path("seq").asLong()).isEqualTo(1);
      assertThat(again.path("type").asText()).isEqualTo("task");
      job.status(JobStatus.SUCCEEDED);
      assertThat(stream.line().path("seq").asLong()).isEqualTo(3);
    }
  }

  @Test
  void streamThatResumedInAQuietTimeLooksBack() {
    TestingJob job = engine.addJob("j1");
    job.task("plan");
    job.task("execute-1");
    job.log("execute-1", "psql: CREATE TABLE");
    job.quietMoment();

    try (Stream stream = api().stream("GET", EVENTS, "", "Range", "events=4-")) {
      assertThat(stream.line().path("task_id").asText()).isEqualTo("execute-1");
      job.status(JobStatus.SUCCEEDED);
      assertThat(stream.line().path("seq").asLong()).isEqualTo(4);
    }
  }

  @Test
  void clientThatGoesAwayEndsOnlyTheStream() {
    TestingJob job = engine.addJob("j1");
    job.status(JobStatus.RUNNING);

    try (Stream stream = api().stream("GET", EVENTS, "")) {
      stream.line();
      assertThat(job.openStreams()).isEqualTo(1);
    }

    await().untilAsserted(() -> assertThat(job.openStreams()).isZero());
    assertThat(job.view().status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void submissionCanFollowItsJobAtOnce() {
    String body =
        "{\"prepare_kind\":\"psql\",\"psql_args\":[],\"work_dir\":\"/w\",\"workspace\":\"/w\"}";

    try (Stream stream =
        api().stream("POST", "/v1/prepare-jobs", body, "Accept", "application/x-ndjson")) {
      assertThat(stream.status()).isEqualTo(201);
      JsonNode first = stream.line();
      assertThat(first.path("type").asText()).isEqualTo("job");
      String id = first.path("job_id").asText();
      assertThat(stream.headers().firstValue("Location").orElse("")).endsWith(id);
      engine.cancel(id);
      assertThat(stream.line().path("status").asText()).isEqualTo("failed");
      assertThat(stream.hasEnded()).isTrue();
    }
  }
}
