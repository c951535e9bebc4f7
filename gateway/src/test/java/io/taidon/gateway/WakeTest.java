package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WakeTest {
  private TestGateway gateway = start(Timeouts.standard());

  @AfterEach
  void close() {
    gateway.close();
  }

  private static TestGateway start(Timeouts timeouts) {
    return TestGateway.start(settings -> settings.withTimeouts(timeouts));
  }

  private void restart(Timeouts timeouts) {
    gateway.close();
    gateway = start(timeouts);
  }

  @Test
  void manyClientsShareOneWake() throws Exception {
    gateway.asleep("one");
    gateway.directory().holdWakes();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Connection>> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(threads.submit(() -> gateway.connect("one")));
      }
      await().until(() -> gateway.gateway().census().sessionsOf("one") == 20);
      gateway.directory().wakesMayGoOn();
      for (Future<Connection> client : clients) {
        try (Connection connection = client.get()) {
          assertThat(connection.isValid(10)).isTrue();
        }
      }
    }
    assertThat(gateway.directory().wakes()).isEqualTo(1);
  }

  @Test
  void nobodyWakesAnInstanceWithoutThePassword() {
    gateway.asleep("one");

    assertThatThrownBy(() -> gateway.connect("one", Map.of("password", "wrong")).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    assertThat(gateway.directory().wakes()).isZero();
  }

  @Test
  void psqlShowsWhatTheWaitIsFor() throws Exception {
    restart(Timeouts.standard().withNotice(Duration.ZERO));
    gateway.asleep("one");
    gateway.directory().holdWakes();

    Process psql = gateway.client("psql", "one", "-X", "-Atc", "SELECT 40 + 2").start();
    await().until(() -> gateway.gateway().census().sessionsOf("one") == 1);
    gateway.directory().wakesMayGoOn();
    String output = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output)
        .contains("NOTICE:  The instance was asleep and is being woken: opening its eyes.")
        .endsWith("42\n");
    assertThat(psql.waitFor()).isZero();
  }

  @Test
  void theDeadlineIsToldAndTheWakeGoesOn() throws Exception {
    restart(Timeouts.standard().withWakeHold(Duration.ofMillis(200)));
    gateway.asleep("one");
    gateway.directory().holdWakes();

    assertThatThrownBy(() -> gateway.connect("one").close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"))
        .hasMessageContaining("Connect again in a moment");

    gateway.directory().wakesMayGoOn();
    await().ignoreExceptions().untilAsserted(() -> gateway.connect("one").close());
    assertThat(gateway.directory().wakes()).isEqualTo(1);
  }

  @Test
  void aFailedWakeSaysWhy() {
    gateway.asleep("one");
    gateway
        .directory()
        .failWakes(TaidonException.of(ErrorCode.DISK_FULL, "The store has no space left."));

    assertThatThrownBy(() -> gateway.connect("one").close())
        .hasMessageContaining("The store has no space left.")
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"));
  }

  @Test
  void aCancelRequestEndsTheWait() throws Exception {
    TestInstance instance = gateway.asleep("one");
    gateway.directory().holdWakes();
    try (RawClient waiting =
            RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0);
        RawClient cancelling = new RawClient(gateway.socket())) {
      ByteBuffer key = ByteBuffer.wrap(waiting.expect('K').body());
      cancelling.send(
          Messages.cancelRequest(
              ByteBufAllocator.DEFAULT,
              key.getInt(),
              Arrays.copyOfRange(key.array(), 4, key.array().length)));

      assertThat(cancelling.isAtEnd()).isTrue();
      assertThat(waiting.expect('E').field('C')).hasValue("57014");
      assertThat(waiting.isAtEnd()).isTrue();
    }
    await().until(() -> gateway.gateway().census().sessions().isEmpty());
    gateway.directory().wakesMayGoOn();
  }

  @Test
  void aClientThatLeavesFreesItsPlace() throws Exception {
    TestInstance instance = gateway.asleep("one");
    gateway.directory().holdWakes();
    try (RawClient waiting =
        RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0)) {
      await().until(() -> gateway.gateway().census().sessionsOf("one") == 1);
      waiting.expect('K');
    }
    await().until(() -> gateway.gateway().census().sessions().isEmpty());
    gateway.directory().wakesMayGoOn();
  }
}
