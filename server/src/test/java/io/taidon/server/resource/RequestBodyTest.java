package io.taidon.server.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.taidon.core.plan.StepKind;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.server.ApiClient.Answer;
import io.taidon.server.ServerTest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@Timeout(60)
class RequestBodyTest extends ServerTest {
  private static final String MINIMAL =
      "{\"prepare_kind\":\"psql\",\"psql_args\":[],\"work_dir\":\"/w\",\"workspace\":\"/w\"}";
  private static final String CHANGELOG =
      MINIMAL.replace("\"psql\"", "\"lb\"").replace("psql_args", "liquibase_args");

  @Test
  void fullPrepareRequestReachesTheEngine() {
    Answer answer =
        api()
            .post(
                "/v1/prepare-jobs",
                """
                {"prepare_kind": "psql", "psql_args": ["-f", "schema.sql", "-f", "-"],
                 "stdin": "insert into t values (1);", "work_dir": "/home/me/app/db",
                 "workspace": "/home/me/app", "plan_only": true, "postgres_home": "/opt/pg17",
                 "postgres_version": 17, "durable": true, "port": 55432, "name": "dev",
                 "name_policy": "reuse_or_fresh"}\
                """);

    assertThat(answer.status()).isEqualTo(201);
    String id = answer.json().path("job_id").asText();
    assertThat(answer.header("Location")).endsWith("/v1/prepare-jobs/" + id);
    assertThat(answer.json().path("status_url").asText()).isEqualTo("/v1/prepare-jobs/" + id);
    assertThat(answer.json().path("events_url").asText())
        .isEqualTo("/v1/prepare-jobs/" + id + "/events");
    assertThat(answer.json().path("status").asText()).isEqualTo("queued");
    PrepareRequest request = engine.lastSubmitted();
    assertThat(request.args()).containsExactly("-f", "schema.sql", "-f", "-");
    assertThat(request.kind()).isEqualTo(StepKind.PSQL);
    assertThat(request.stdin()).contains("insert into t values (1);");
    assertThat(request.workDir()).isEqualTo(Path.of("/home/me/app/db"));
    assertThat(request.planOnly()).isTrue();
    assertThat(request.postgresHome()).contains(Path.of("/opt/pg17"));
    assertThat(request.postgresMajor()).isEqualTo(OptionalInt.of(17));
    assertThat(request.namePolicy()).isEqualTo(NamePolicy.REUSE_OR_FRESH);
  }

  @Test
  void whatIsAbsentHasItsDefault() {
    assertThat(api().post("/v1/prepare-jobs", MINIMAL).status()).isEqualTo(201);

    PrepareRequest request = engine.lastSubmitted();
    assertThat(request.planOnly()).isFalse();
    assertThat(request.checkpointEvery()).isEqualTo(1);
    assertThat(request.port()).isEmpty();
    assertThat(request.namePolicy()).isEqualTo(NamePolicy.CREATE);
  }

  @Test
  void changelogReachesTheEngine() {
    String body = CHANGELOG.replace("[]", "[\"update\",\"-Dn=3\"],\"checkpoint\":100000");

    assertThat(api().post("/v1/prepare-jobs", body).status()).isEqualTo(201);

    PrepareRequest request = engine.lastSubmitted();
    assertThat(request.kind()).isEqualTo(StepKind.LIQUIBASE);
    assertThat(request.args()).containsExactly("update", "-Dn=3");
    assertThat(request.checkpointEvery()).isEqualTo(100_000);
    assertThat(request.stdin()).isEmpty();
  }

  @Test
  void changelogHasItsDefaults() {
    assertThat(api().post("/v1/prepare-jobs", CHANGELOG).status()).isEqualTo(201);

    assertThat(engine.lastSubmitted().args()).isEmpty();
    assertThat(engine.lastSubmitted().checkpointEvery()).isEqualTo(1);
  }

  @Test
  void nullIsAbsent() {
    String psql = MINIMAL.replace("{", "{\"stdin\":null,\"port\":null,\"liquibase_args\":null,");
    String changelog = CHANGELOG.replace("{", "{\"stdin\":null,\"psql_args\":null,");

    assertThat(api().post("/v1/prepare-jobs", psql).status()).isEqualTo(201);
    assertThat(engine.lastSubmitted().stdin()).isEmpty();
    assertThat(api().post("/v1/prepare-jobs", changelog).status()).isEqualTo(201);
    assertThat(engine.lastSubmitted().kind()).isEqualTo(StepKind.LIQUIBASE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"workspace\":\"/w\"   | \"workspacee\":\"/w\"          | workspacee",
        "\"workspace\":\"/w\"   | \"plan_only\":false           | workspace",
        "\"workspace\":\"/w\"   | \"workspace\":\"w\"            | workspace",
        "\"workspace\":\"/w\"   | \"workspace\":7               | workspace",
        "\"workspace\":\"/w\"   | \"workspace\":null            | workspace",
        "\"work_dir\":\"/w\"    | \"work_dir\":\"/w\\u0000\"      | work_dir",
        "\"psql_args\":[]       | \"psql_args\":\"-f\"           | psql_args",
        "\"psql_args\":[]       | \"psql_args\":[\"-f\",7]       | psql_args[1]",
        "\"psql_args\":[]       | \"psql_args\":[\"-f\",null]    | psql_args[1]",
        "\"psql_args\":[]       | \"psql_args\":[{}]            | psql_args[0]",
        "\"psql\"               | \"liquibase\"                 | prepare_kind",
        "\"psql\"               | \"LB\"                        | prepare_kind",
        "\"psql\"               | \"lb\"                        | psql_args",
        "\"psql_args\":[],      | ''                          | psql_args",
        "\"psql_args\":[]       | \"psql_args\":null           | psql_args",
        "\"psql_args\":[]       | \"liquibase_args\":[]        | liquibase_args",
        "\"psql_args\":[]       | \"psql_args\":[],\"liquibase_args\":[] | liquibase_args",
        "\"psql_args\":[]       | \"psql_args\":[],\"checkpoint\":1 | checkpoint",
        "\"psql_args\":[]       | \"psql_args\":[],\"port\":0    | port",
        "\"psql_args\":[]       | \"psql_args\":[],\"port\":\"1\" | port",
        "\"psql_args\":[]       | \"psql_args\":[],\"port\":1.5  | port",
        "\"psql_args\":[]       | \"psql_args\":[],\"port\":99999999999 | port",
        "\"psql_args\":[]       | \"psql_args\":[],\"durable\":\"true\" | durable",
        "\"psql_args\":[]       | \"psql_args\":[],\"name_policy\":\"CREATE\" | name_policy"
      })
  void wrongFieldIsNamed(String right, String wrong, String field) {
    wrongFieldIsNamed(MINIMAL, right, wrong, field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"lb\"                   | \"psql\"                    | liquibase_args",
        "\"liquibase_args\":[],   | ''                        | liquibase_args",
        "\"liquibase_args\":[]    | \"liquibase_args\":null     | liquibase_args",
        "\"liquibase_args\":[]    | \"liquibase_args\":\"update\" | liquibase_args",
        "\"liquibase_args\":[]    | \"liquibase_args\":[\"a\",7]  | liquibase_args[1]",
        "\"liquibase_args\":[]    | \"liquibase_args\":[null]   | liquibase_args[0]",
        "\"liquibase_args\":[]    | \"liquibase_args\":[\"\\u0000\"] | liquibase_args[0]",
        "\"liquibase_args\":[]    | \"psql_args\":[]            | psql_args",
        "\"liquibase_args\":[]    | \"liquibase_args\":[],\"psql_args\":[] | psql_args",
        "\"liquibase_args\":[]    | \"liquibase_args\":[],\"stdin\":\"\"   | stdin",
        "\"liquibase_args\":[]    | \"liquibase_args\":[],\"checkpoint\":0 | checkpoint",
        "\"liquibase_args\":[]    | \"liquibase_args\":[],\"checkpoint\":100001 | checkpoint",
        "\"liquibase_args\":[]    | \"liquibase_args\":[],\"checkpoint\":\"2\" | checkpoint"
      })
  void wrongFieldOfAChangelogIsNamed(String right, String wrong, String field) {
    wrongFieldIsNamed(CHANGELOG, right, wrong, field);
  }

  private void wrongFieldIsNamed(String good, String right, String wrong, String field) {
    String body = good.replace(right, wrong);
    assertThat(body).isNotEqualTo(good);

    Answer answer = api().post("/v1/prepare-jobs", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_argument");
    assertThat(answer.json().path("details").path("field").asText()).isEqualTo(field);
    assertThat(answer.json().path("message").asText()).contains(field).endsWith(".");
  }

  @Test
  void tooManyArgumentsAreRefused() {
    String args = "[" + "\"-q\",".repeat(1_000) + "\"-q\"]";

    Answer answer = api().post("/v1/prepare-jobs", MINIMAL.replace("[]", args));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("message").asText()).contains("psql_args", "1000");
    assertThat(api().post("/v1/prepare-jobs", CHANGELOG.replace("[]", args)).status())
        .isEqualTo(400);
  }

  @Test
  void argumentThatNoProgramCanTakeIsRefused() {
    String args = "[\"" + "x".repeat(131_072) + "\"]";

    Answer answer = api().post("/v1/prepare-jobs", MINIMAL.replace("[]", args));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("details").path("field").asText()).isEqualTo("psql_args[0]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prepare_kind\": | not valid JSON",
        "not json | not valid JSON",
        "{\"name\":\"a\",\"name\":\"b\"} | not valid JSON",
        "[] | must be one JSON object",
        "\"text\" | must be one JSON object",
        "null | no body",
        "{} {} | must be one JSON object"
      })
  void bodyThatIsNoRequestIsExplained(String body, String sentence) {
    Answer answer = api().post("/v1/prepare-jobs", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_argument");
    assertThat(answer.json().path("message").asText()).contains(sentence);
  }

  @Test
  void missingBodyIsExplained() {
    Answer answer = api().post("/v1/prepare-jobs");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("message").asText()).contains("no body");
  }

  @Test
  void otherContentTypeIs415() {
    Answer answer = api().post("/v1/prepare-jobs", MINIMAL, "Content-Type", "text/plain");

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_argument");
  }

  @Test
  void scriptOf30MegabytesIsTaken() {
    String script = "-".repeat(30_000_000);

    Answer answer =
        api().post("/v1/prepare-jobs", MINIMAL.replace("{", "{\"stdin\":\"" + script + "\","));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(engine.lastSubmitted().stdin().orElseThrow()).hasSize(30_000_000);
  }

  @Test
  void bodyThatSaysItIsTooLargeIsRefusedUnread() throws Exception {
    String answer =
        api()
            .rawAnswer(
                "POST /v1/prepare-jobs HTTP/1.1",
                "Host: 127.0.0.1",
                api().authorization(),
                "Content-Type: application/json",
                "Content-Length: 83886081");

    assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"code\":\"request_too_large\"");
  }

  @Test
  void bodyThatTurnsOutTooLargeIsRefused() {
    byte[] piece = "-".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    HttpRequest.BodyPublisher chunked =
        HttpRequest.BodyPublishers.fromPublisher(
            HttpRequest.BodyPublishers.ofInputStream(() ->
                new java.io.SequenceInputStream(
                    new ByteArrayInputStream("{\"stdin\":\"".getBytes(StandardCharsets.US_ASCII)),
                    new RepeatedStream(piece, 81))));

    Answer answer = api().send("POST", "/v1/prepare-jobs", chunked);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().path("code").asText()).isEqualTo("request_too_large");
  }

  /** The same piece so many times. */
  private static final class RepeatedStream extends java.io.InputStream {
    private final byte[] piece;
    private int left;

    RepeatedStream(byte[] piece, int times) {
      this.piece = piece;
      this.left = piece.length * times;
    }

    @Override
    public int read() {
      return left-- > 0 ? piece[0] : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = Math.min(Math.min(left, length), piece.length);
      System.arraycopy(piece, 0, buffer, offset, count);
      left -= count;
      return count;
    }
  }
}
