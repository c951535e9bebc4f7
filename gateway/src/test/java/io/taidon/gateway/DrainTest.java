package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.wire.ProtocolVersion;
import java.io.EOFException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
  private final TestGateway gateway = TestGateway.start();
  private final TestInstance instance = gateway.running("one");

  @AfterEach
  void close() {
    gateway.close();
  }

  private RawClient ready() throws Exception {
    RawClient client =
        RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0);
    assertThat(client.untilReady().getLast().type()).isEqualTo('Z');
    return client;
  }

  @Test
  void idleSessionsEndAtOnceAndTransactionsWhenTheyAreDone() throws Exception {
    try (RawClient idle = ready();
        RawClient busy = ready()) {
      busy.query("BEGIN; CREATE TABLE kept (); SELECT 1");
      assertThat(busy.untilReady().getLast().text()).isEqualTo("T");

      CompletionStage<Void> drained = gateway.gateway().drain(Duration.ofMinutes(5));

      assertThat(idle.expect('E').field('C')).hasValue("57P01");
      assertThat(idle.isAtEnd()).isTrue();
      busy.query("COMMIT");
      assertThat(busy.untilReady().getLast().text()).isEqualTo("I");
      assertThat(busy.expect('E').field('C')).hasValue("57P01");
      assertThat(busy.isAtEnd()).isTrue();
      assertThatThrownBy(() -> gateway.socket().close()).isInstanceOf(ConnectException.class);
      idle.close();
      busy.close();
      drained.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
    assertThat(gateway.gateway().census().connections()).isZero();
  }

  @Test
  void theDeadlineEndsTheRest() throws Exception {
    try (RawClient busy = ready()) {
      busy.query("SELECT pg_sleep(600)");
      CompletionStage<Void> drained = gateway.gateway().drain(Duration.ofMillis(100));

      assertThat(busy.expect('E').field('C')).hasValue("57P01");
      assertThat(busy.isAtEnd()).isTrue();
      busy.close();
      drained.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void sessionsOfADeletedInstanceAreToldWhy() throws Exception {
    try (RawClient client = ready()) {
      gateway.directory().announce(new InstanceChange.Deleted("one", "it expired"));

      RawClient.Message error = client.expect('E');
      assertThat(error.field('C')).hasValue("57P01");
      assertThat(error.field('M').orElseThrow()).endsWith("it expired");
      assertThat(error.field('H')).isPresent();
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void sessionsOfAStoppedInstanceAreToldToComeAgain() throws Exception {
    try (RawClient client = ready()) {
      gateway.directory().announce(new InstanceChange.Stopped("one"));

      RawClient.Message error = client.expect('E');
      assertThat(error.field('C')).hasValue("57P01");
      assertThat(error.field('H')).hasValue("Connect again: the instance will be woken.");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void aServerProcessThatDiesAtRestIsReported() throws Exception {
    try (RawClient client = ready()) {
      kill(client);

      assertThat(client.expect('E').field('C')).hasValue("08006");
      assertThat(client.isAtEnd()).isTrue();
    }
    await().until(() -> gateway.gateway().census().sessions().isEmpty());
  }

  @Test
  void aServerProcessThatDiesInAResultLeavesNoBrokenStream() throws Exception {
    try (RawClient client = ready()) {
      long pid = backend(client);
      client.query("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 3000000)) TO STDOUT");
      client.expect('H');
      kill(pid);

      // Whole messages, then the reason or nothing; never half a message and then an error.
      RawClient.Message last = new RawClient.Message('H', new byte[0]);
      try {
        while (true) {
          last = client.next();
          assertThat(last.type()).isIn('d', 'E');
        }
      } catch (EOFException e) {
        assertThat(last.type()).isIn('d', 'E');
      }
    }
    await().until(() -> gateway.gateway().census().sessions().isEmpty());
  }

  @Test
  void whoLogsInShortlyBeforeTheEndIsTold() throws Exception {
    gateway.directory().expire("one", Instant.now().plusSeconds(200));
    try (RawClient client = client()) {
      assertThat(client.untilReady())
          .anySatisfy(message -> {
            assertThat(message.type()).isEqualTo('S');
            assertThat(message.text()).startsWith("taidon.expires_at\0");
          })
          .anySatisfy(message -> {
            assertThat(message.type()).isEqualTo('N');
            assertThat(message.field('M').orElseThrow())
                .startsWith("This instance will be deleted in about 3 minutes");
            assertThat(message.field('H')).isPresent();
          });
    }
  }

  @Test
  void whoIsThereHearsThatTheEndIsNearEachTimeItWasMoved() throws Exception {
    Instant later = Instant.now().plusSeconds(3600);
    gateway.directory().expire("one", later);
    try (RawClient client = client()) {
      assertThat(client.untilReady()).noneMatch(message -> message.type() == 'N');

      for (int time = 0; time < 2; time++) {
        Instant soon = Instant.now().plusSeconds(100);
        gateway.directory().expire("one", soon);
        gateway.directory().announce(new InstanceChange.ExpiryChanged("one", Optional.of(soon)));
        assertThat(client.expect('N').field('M').orElseThrow())
            .startsWith("This instance will be deleted in about 2 minutes");

        gateway.directory().expire("one", later);
        gateway.directory().announce(new InstanceChange.ExpiryChanged("one", Optional.of(later)));
      }
    }
  }

  @Test
  void whoWorksWhileTheInstanceEndsMayFinish() throws Exception {
    try (RawClient busy = ready();
        RawClient idle = ready()) {
      busy.query("BEGIN");
      assertThat(busy.untilReady().getLast().text()).isEqualTo("T");

      gateway.directory().announce(new InstanceChange.Ending("one", "Its time is over.", false));

      assertThat(idle.expect('E').field('C')).hasValue("57P01");
      assertThat(idle.isAtEnd()).isTrue();
      busy.query("COMMIT");
      assertThat(busy.untilReady().getLast().text()).isEqualTo("I");
      RawClient.Message error = busy.expect('E');
      assertThat(error.field('C')).hasValue("57P01");
      assertThat(error.field('M').orElseThrow()).endsWith("Its time is over.");
      assertThat(error.field('H')).hasValue("Prepare a new instance.");
      assertThat(busy.isAtEnd()).isTrue();
    }
  }

  @Test
  void whoDoesNotFinishIsEndedBetweenTwoMessages() throws Exception {
    try (RawClient busy = ready()) {
      busy.query("SELECT pg_sleep(600)");
      gateway.directory().announce(new InstanceChange.Ending("one", "Its time is over.", false));
      gateway.directory().announce(new InstanceChange.Ending("one", "Its time is over.", true));

      assertThat(busy.expect('E').field('C')).hasValue("57P01");
      assertThat(busy.isAtEnd()).isTrue();
    }
  }

  private RawClient client() throws Exception {
    return RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0);
  }

  private static long backend(RawClient client) throws Exception {
    client.query("SELECT pg_backend_pid()");
    return client.untilReady().stream()
        .filter(message -> message.type() == 'D')
        .map(message -> message.text().substring(6))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  private static void kill(RawClient client) throws Exception {
    kill(backend(client));
  }

  private static void kill(long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-KILL", Long.toString(pid)).start().waitFor()).isZero();
  }
}
