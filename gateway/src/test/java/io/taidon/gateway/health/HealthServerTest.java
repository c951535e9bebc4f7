package io.taidon.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
  private final AtomicReference<Optional<String>> obstacle =
      new AtomicReference<>(Optional.empty());
  private final HealthServer server =
      HealthServer.start(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          obstacle::get,
          () -> "up 1\n");

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersWhatItKnowsAndNothingElse() throws Exception {
    assertThat(ask("GET", "/healthz")).isEqualTo("200 ok\n");
    assertThat(ask("GET", "/readyz")).isEqualTo("200 ready\n");
    assertThat(ask("GET", "/metrics")).isEqualTo("200 up 1\n");
    assertThat(ask("GET", "/metrics/more")).startsWith("404");
    assertThat(ask("GET", "/")).startsWith("404");
    assertThat(ask("POST", "/healthz")).startsWith("405");
  }

  @Test
  void isNotReadyWhileSomethingIsInTheWay() throws Exception {
    obstacle.set(Optional.of("draining"));
    assertThat(ask("GET", "/readyz")).isEqualTo("503 draining\n");
    assertThat(ask("GET", "/healthz")).isEqualTo("200 ok\n");
  }

  @Test
  void saysThatItsPortIsTaken() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    assertThatThrownBy(() -> HealthServer.start(taken, Optional::empty, () -> ""))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE));
  }

  private String ask(String method, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri)
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }
}
