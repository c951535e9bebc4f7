package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.Entrance;
import io.taidon.engine.InstanceAccess.Reachable;
import io.taidon.engine.InstanceUse;
import io.taidon.engine.InstanceView;
import io.taidon.engine.Lifetime;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.SimpleQueryConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When instances that nobody uses are stopped, what keeps them awake, and what wakes them. */
class IdleInstancesTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir static Path directory;
  private static EngineInTime at;

  @BeforeAll
  static void open() throws IOException {
    at = new EngineInTime(directory);
  }

  @AfterEach
  void clear() {
    at.clear();
  }

  @AfterAll
  static void close() {
    at.close();
  }

  @Test
  void an_idle_instance_is_stopped_and_wakes() throws Exception {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    assertThat(at.engine().instance(id).idleAt()).isPresent();
    at.clocks().pass(Duration.ofMinutes(14));
    at.look();
    at.engine().access().used(id, new InstanceUse(0, at.clocks().now()));
    at.clocks().pass(Duration.ofMinutes(14));
    at.look();
    assertThat(at.engine().instance(id).status()).isEqualTo("running");

    at.clocks().pass(Duration.ofMinutes(1));
    at.look();
    at.awaitAsleep(id);
    assertThat(at.engine().isBusy()).as("somebody must be there to wake it").isTrue();

    Path socket = at.engine().access().wake(id, sentence -> {});
    assertThat(socket).exists();
    InstanceView awake = at.engine().instance(id);
    assertThat(awake.asleep()).isFalse();
    assertThat(awake.idleAt())
        .as("a start is a use")
        .contains(at.clocks().now().plus(Duration.ofMinutes(15)));

    at.engine().stopInstance(id);
    assertThat(at.engine().isBusy()).as("what was stopped on purpose keeps nobody").isFalse();
  }

  @Test
  void open_sessions_keep_it_awake_and_silent_ones_not_for_ever() {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    at.engine().access().used(id, new InstanceUse(1, at.clocks().now()));
    at.clocks().pass(Duration.ofMinutes(59));
    at.look();
    assertThat(at.engine().instance(id).status()).isEqualTo("running");
    at.clocks().pass(Duration.ofMinutes(1));
    at.look();
    at.awaitAsleep(id);
  }

  @Test
  void a_session_that_the_gateway_does_not_see_keeps_it_awake_too() throws Exception {
    String id = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    Path socket = at.engine().access().find(id).flatMap(Reachable::socket).orElseThrow();
    try (SimpleQueryConnection direct =
        SimpleQueryConnection.open(
            socket, ClusterTemplate.SUPERUSER, "postgres", Duration.ofSeconds(30))) {
      direct.query("SET application_name = 'somebody'");
      at.clocks().pass(Duration.ofMinutes(16));
      at.look();
      Awaitility.await()
          .during(Duration.ofMillis(500))
          .until(() -> at.engine().instance(id).status().equals("running"));
    }
  }

  @Test
  void an_instance_on_a_port_of_its_own_is_not_stopped_unless_that_is_wished() {
    at.engine().entrance(new Entrance.Closed("for the test"));
    String stays = at.prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    String sleeps =
        at.prepare(
            Optional.empty(), NamePolicy.CREATE, new Lifetime(Optional.empty(), Optional.of(HOUR)));
    assertThat(at.engine().instance(stays).idleTimeoutMillis()).isZero();
    at.clocks().pass(Duration.ofHours(2));
    at.look();
    EngineInTime.awaiting().until(() -> at.engine().instance(sleeps).status().equals("stopped"));
    assertThat(at.engine().instance(stays).status()).isEqualTo("running");
  }
}
