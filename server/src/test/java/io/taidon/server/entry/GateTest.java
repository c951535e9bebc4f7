package io.taidon.server.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.taidon.server.ApiClient.Answer;
import io.taidon.server.ServerTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@Timeout(60)
class GateTest extends ServerTest {

  @Test
  void healthNeedsNoToken() {
    assertThat(api().get("/v1/health", "Authorization", "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/status", "/v1/openapi", "/v1/nothing", "/v1/health/../status"})
  void everythingElseNeedsTheToken(String path) {
    Answer answer = apiWithToken("wrong").get(path);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.json().path("code").asText()).isEqualTo("unauthorized");
    assertThat(answer.json().has("remedy")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic dTpw", "Bearer wrong"})
  void headerThatIsNotTheTokenIsRefused(String header) {
    assertThat(api().get("/v1/status", "Authorization", header).status()).isEqualTo(401);
  }

  @Test
  void wrongTokenIsRefusedBeforeTheBodyIsRead() throws IOException {
    String answer =
        api()
            .rawAnswer(
                "POST /v1/prepare-jobs HTTP/1.1",
                "Host: localhost",
                "Authorization: Bearer wrong",
                "Content-Type: application/json",
                "Content-Length: 1000000");

    assertThat(answer).startsWith("HTTP/1.1 401 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.evil",
        "0.0.0.0"
      })
  void foreignHostIsRefused(String host) throws IOException {
    assertThat(answerTo("Host: " + host)).startsWith("HTTP/1.1 403 ").contains("\"forbidden\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:80"})
  void loopbackHostIsTaken(String host) throws IOException {
    assertThat(answerTo("Host: " + host)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://localhost"})
  void foreignOriginIsRefused(String origin) throws IOException {
    assertThat(answerTo("Host: localhost\r\nOrigin: " + origin)).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void ownOriginIsTaken() throws IOException {
    assertThat(answerTo("Host: localhost:80\r\nOrigin: http://localhost:80"))
        .startsWith("HTTP/1.1 200 ");
  }

  private String answerTo(String headers) throws IOException {
    return api()
        .rawAnswer("GET /v1/status HTTP/1.1", headers, api().authorization(), "Connection: close");
  }
}
