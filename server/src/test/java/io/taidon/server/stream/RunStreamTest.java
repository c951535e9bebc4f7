package io.taidon.server.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.RunRequest;
import io.taidon.server.ApiClient.Answer;
import io.taidon.server.ApiClient.Stream;
import io.taidon.server.ServerTest;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@Timeout(60)
class RunStreamTest extends ServerTest {
  private static final String BODY =
      "{\"instance_ref\":\"dev\",\"kind\":\"psql\",\"args\":[\"-c\",\"select 1\"],"
          + "\"stdin\":\"x\",\"work_dir\":\"/w\"}";

  private static void write(RunRequest.Output output, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    output.stdout(bytes, bytes.length);
  }

  private List<String> lines(Answer answer) {
    return answer.text().lines().toList();
  }

  @Test
  void runIsStreamedFromStartToExit() {
    AtomicReference<RunRequest> seen = new AtomicReference<>();
    engine.runs((request, output) -> {
      seen.set(request);
      output.note("instance started");
      write(output, "1\n");
      output.stderr(new byte[] {'e', '!'}, 1);
      return 3;
    });

    Answer answer = api().post("/v1/runs", BODY);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(lines(answer))
        .containsExactly(
            "{\"type\":\"start\",\"instance_id\":\"" + "a".repeat(32) + "\"}",
            "{\"type\":\"log\",\"message\":\"instance started\"}",
            "{\"type\":\"stdout\",\"data\":\"1\\n\"}",
            "{\"type\":\"stderr\",\"data\":\"e\"}",
            "{\"type\":\"exit\",\"exit_code\":3}");
    assertThat(seen.get().args()).containsExactly("-c", "select 1");
    assertThat(seen.get().stdin()).contains("x".getBytes(StandardCharsets.UTF_8));
    assertThat(seen.get().workDir()).isEqualTo(Path.of("/w"));
  }

  @Test
  void outputArrivesWhileTheToolRuns() {
    CountDownLatch read = new CountDownLatch(1);
    engine.runs((request, output) -> {
      write(output, "first");
      read.await();
      return 0;
    });

    try (Stream stream = api().stream("POST", "/v1/runs", BODY)) {
      stream.line();
      assertThat(stream.line().path("data").asText()).isEqualTo("first");
      read.countDown();
      assertThat(stream.line().path("type").asText()).isEqualTo("exit");
    }
  }

  @Test
  void charactersAreNeverSplit() {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    engine.runs((request, output) -> {
      output.stdout(new byte[] {'a', euro[0], euro[1]}, 3);
      output.stderr(new byte[] {'x'}, 1);
      output.stdout(new byte[] {euro[2], 'b'}, 2);
      output.stdout(new byte[] {(byte) 0xFF, 'c'}, 2);
      output.stdout(new byte[] {euro[0]}, 1);
      return 0;
    });

    List<String> lines = lines(api().post("/v1/runs", BODY));

    assertThat(lines.subList(1, 6))
        .containsExactly(
            "{\"type\":\"stdout\",\"data\":\"a\"}",
            "{\"type\":\"stderr\",\"data\":\"x\"}",
            "{\"type\":\"stdout\",\"data\":\"€b\"}",
            "{\"type\":\"stdout\",\"data_base64\":\"/2M=\"}",
            "{\"type\":\"stdout\",\"data_base64\":\"4g==\"}");
  }

  @Test
  void refusedRunEndsInAnError() {
    engine.runs((request, output) -> {
      throw TaidonException.of(ErrorCode.CONNECTION_OPTION_REFUSED, "No -h here.");
    });

    List<String> lines = lines(api().post("/v1/runs", BODY));

    assertThat(lines.getLast())
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"code\":\"connection_option_refused\","
                + "\"message\":\"No -h here.\"}}");
  }

  @Test
  void defectEndsInAnErrorWithAReference() {
    engine.runs((request, output) -> {
      throw new IllegalStateException("secret detail");
    });

    String last = lines(api().post("/v1/runs", BODY)).getLast();

    assertThat(last).contains("internal_error").doesNotContain("secret");
  }

  @Test
  void unknownInstanceIsFoundBeforeTheStreamStarts() {
    assertThat(api().post("/v1/runs", BODY.replace("dev", "missing")).status()).isEqualTo(404);
  }

  @Test
  void bytesGoInAsBase64() {
    AtomicReference<RunRequest> seen = new AtomicReference<>();
    engine.runs((request, output) -> {
      seen.set(request);
      return 0;
    });
    byte[] bytes = {0, (byte) 0xFF, 7};
    String base64 = Base64.getEncoder().encodeToString(bytes);

    api().post("/v1/runs", BODY.replace("\"stdin\":\"x\"", "\"stdin_base64\":\"" + base64 + "\""));

    assertThat(seen.get().stdin()).contains(bytes);
    assertThat(
            api()
                .post(
                    "/v1/runs", BODY.replace("\"stdin\":", "\"stdin_base64\":\"AA==\",\"stdin\":"))
                .json()
                .path("details")
                .path("field")
                .asText())
        .isEqualTo("stdin_base64");
  }

  @Test
  void clientThatGoesAwayEndsASilentTool() {
    AtomicBoolean interrupted = new AtomicBoolean();
    engine.runs((request, output) -> {
      try {
        new CountDownLatch(1).await();
        return 0;
      } catch (InterruptedException e) {
        interrupted.set(true);
        throw e;
      }
    });

    try (Stream stream = api().stream("POST", "/v1/runs", BODY)) {
      JsonNode start = stream.line();
      assertThat(start.path("type").asText()).isEqualTo("start");
    }

    await().untilTrue(interrupted);
  }

  @Test
  void slowReaderHoldsTheToolBack() throws Exception {
    AtomicLong written = new AtomicLong();
    AtomicBoolean interrupted = new AtomicBoolean();
    byte[] piece = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    int pieces = 4_000;
    engine.runs((request, output) -> {
      for (int i = 0; i < pieces && !Thread.currentThread().isInterrupted(); i++) {
        output.stdout(piece, piece.length);
        written.addAndGet(piece.length);
      }
      interrupted.set(Thread.interrupted());
      return 0;
    });

    try (Socket socket =
        api()
            .raw(
                "POST /v1/runs HTTP/1.1",
                "Host: 127.0.0.1",
                api().authorization(),
                "Content-Type: application/json",
                "Content-Length: " + BODY.length())) {
      socket.getOutputStream().write(BODY.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      await().until(() -> written.get() > 0);
      // It stands still once the kernel's buffers are full, far from the end.
      await().until(() -> written.getAndAdd(0), new StandsStill());
      assertThat(written.get()).isLessThan((long) pieces * piece.length / 4);
    }

    await().untilTrue(interrupted);
  }

  /** True for a number that was the same six times in a row. */
  private static final class StandsStill extends org.hamcrest.BaseMatcher<Long> {
    private Object last = -1L;
    private int times;

    @Override
    public boolean matches(Object actual) {
      times = actual.equals(last) ? times + 1 : 0;
      last = actual;
      return times >= 5;
    }

    @Override
    public void describeTo(org.hamcrest.Description description) {
      description.appendText("a number that stands still");
    }
  }
}
