package io.taidon.server.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.server.ServerSettings;
import io.taidon.server.TestingEngine;
import io.taidon.server.gateway.EmbeddedGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerLifeTest {
  private final TestingEngine engine = new TestingEngine();
  private final Activity activity = new Activity();
  private final ServerSettings settings =
      new ServerSettings(
          Path.of("/s"),
          "127.0.0.1",
          0,
          Path.of("/s/run"),
          Duration.ZERO,
          List.of(),
          Optional.empty(),
          Optional.empty());
  private final ServerLife life =
      new ServerLife(
          settings,
          new ServerIdentity("0.1.0"),
          activity,
          new StopRequests(),
          engine,
          new EmbeddedGateway(settings, engine));

  @Test
  void stoppingShutsTheDoorThenTheEngine() throws InterruptedException {
    assertThat(life.stop(false, Duration.ofSeconds(10))).isTrue();

    assertThat(activity.isClosing()).isTrue();
    assertThat(engine.calls()).containsExactly("shutdown keep=false");
  }

  @Test
  void engineThatDoesNotStopIsLeftBehind() throws InterruptedException {
    engine.hangsOnShutdown();

    assertThat(life.stop(true, Duration.ofMillis(1))).isFalse();
  }

  @Test
  void firstWishToStopCounts() throws InterruptedException {
    StopRequests requests = new StopRequests();
    requests.ask(new StopRequests.StopRequest(false, "first"));
    requests.ask(new StopRequests.StopRequest(true, "second"));

    assertThat(requests.take().reason()).isEqualTo("first");
  }
}
