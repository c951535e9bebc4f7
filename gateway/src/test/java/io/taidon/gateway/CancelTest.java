package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.taidon.engine.postgres.PostgresServer.StopMode;
import io.taidon.gateway.RawClient.Message;
import io.taidon.gateway.cancel.NamedPeers;
import io.taidon.gateway.cancel.Peers;
import io.taidon.gateway.cancel.SessionKeys;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.ProtocolVersion;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CancelTest {
  private static final String SLEEP = "SELECT pg_sleep(600) AS sleeping";

  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void pgjdbcCancelsAStatement() throws Exception {
    gateway.running("one");
    try (Connection connection = gateway.connect("one");
        Statement statement = connection.createStatement()) {
      Thread canceller =
          Thread.startVirtualThread(() -> {
            untilAsleep();
            try {
              statement.cancel();
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });

      assertThatThrownBy(() -> statement.executeQuery(SLEEP).close())
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
      canceller.join();
      assertThat(connection.isValid(10)).isTrue();
    }
  }

  @Test
  void psqlCancelsOnInterrupt() throws Exception {
    gateway.running("one");
    Process psql =
        gateway.client("psql", "one", "-X", "-Atc", SLEEP, "-c", "SELECT 'still here'").start();
    untilAsleep();
    assertThat(new ProcessBuilder("kill", "-INT", Long.toString(psql.pid())).start().waitFor())
        .isZero();

    assertThat(new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("canceling statement due to user request");
    psql.waitFor();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aKeyAloneFindsItsQuery(int minor) throws Exception {
    TestInstance instance = gateway.runningOverTcp("one", 18);
    try (RawClient session =
            RawClient.authenticate(gateway, "one", instance.keys(), new ProtocolVersion(3, minor));
        RawClient cancelling = new RawClient(gateway.socket())) {
      List<Message> greeting = session.untilReady();
      byte[] key = keyData(greeting);
      assertThat(key.length - 4).isEqualTo(minor == 0 ? 4 : key.length - 4).isLessThan(256);
      assertThat(key.length > 8).isEqualTo(minor == 2);
      session.query(SLEEP);
      untilAsleep();

      cancel(cancelling, key);

      assertThat(cancelling.isAtEnd()).isTrue();
      assertThat(session.untilReady().getLast().field('C')).hasValue("57014");
      session.expect('Z');
      assertThat(gateway.count("taidon.gateway.cancels")).isEqualTo(1);
    }
  }

  /** Clients wait for the end of the connection, which says that the server has been told. */
  @Test
  void aCancelRequestStaysOpenUntilTheServerHasTakenIt() throws Exception {
    TestInstance instance = gateway.runningOverTcp("one", 18);
    try (RawClient session =
            RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_2);
        RawClient cancelling = new RawClient(gateway.socket())) {
      byte[] key = keyData(session.untilReady());
      session.query(SLEEP);
      untilAsleep();

      signal("-STOP", instance.server().pid());
      try {
        cancel(cancelling, key);
        cancelling.socket().setSoTimeout(300);
        assertThatThrownBy(cancelling::isAtEnd).isInstanceOf(SocketTimeoutException.class);
      } finally {
        signal("-CONT", instance.server().pid());
      }
      cancelling.socket().setSoTimeout(0);

      assertThat(cancelling.isAtEnd()).isTrue();
      assertThat(session.untilReady().getLast().field('C')).hasValue("57014");
    }
  }

  private static void signal(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor()).isZero();
  }

  @Test
  void aWrongKeyIsNotToldFromARightOne() throws Exception {
    TestInstance instance = gateway.running("one");
    try (RawClient session =
            RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_2);
        RawClient cancelling = new RawClient(gateway.socket())) {
      byte[] key = keyData(session.untilReady());
      key[key.length - 1] ^= 1;
      cancel(cancelling, key);

      assertThat(cancelling.isAtEnd()).isTrue();
      session.query("SELECT 1");
      assertThat(session.untilReady().getLast().type()).isEqualTo('Z');
    }
  }

  /** Each pair shares a secret, and the second does not know the session. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void anotherGatewayWithTheSameSecretCancels(int minor) throws Exception {
    byte[] secret = SessionKeys.newSecret();
    try (TestGateway first = TestGateway.start(settings -> settings.withSecret(secret));
        TestGateway second =
            TestGateway.start(
                settings -> settings.withSecret(secret).withPeers(peers(first, minor == 0)))) {
      TestInstance instance = first.runningOverTcp("one", 18);
      try (RawClient session =
              RawClient.authenticate(first, "one", instance.keys(), new ProtocolVersion(3, minor));
          RawClient cancelling = new RawClient(second.socket())) {
        byte[] key = keyData(session.untilReady());
        session.query(SLEEP);
        untilAsleep(first);

        cancel(cancelling, key);

        assertThat(cancelling.isAtEnd()).isTrue();
        assertThat(session.untilReady().getLast().field('C')).hasValue("57014");
      }
    }
  }

  private static Peers peers(TestGateway gateway, boolean needed) {
    return needed
        ? new NamedPeers(List.of(InetSocketAddress.createUnresolved("localhost", gateway.port())))
        : Peers.NONE;
  }

  @Test
  void anotherGatewayWithAnotherSecretDoesNot() throws Exception {
    TestInstance instance = gateway.runningOverTcp("one", 18);
    try (TestGateway other = TestGateway.start();
        RawClient session =
            RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_2);
        RawClient cancelling = new RawClient(other.socket())) {
      byte[] key = keyData(session.untilReady());
      cancel(cancelling, key);

      assertThat(cancelling.isAtEnd()).isTrue();
      assertThat(other.gateway().census().sessions()).isEmpty();
      session.query("SELECT 1");
      assertThat(session.untilReady().getLast().type()).isEqualTo('Z');
    }
  }

  @Test
  void aCancelRequestWakesNothing() throws Exception {
    TestInstance instance = gateway.running("one");
    try (RawClient session =
        RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0)) {
      byte[] key = keyData(session.untilReady());
      instance.stop(StopMode.IMMEDIATE);
      await().until(() -> gateway.gateway().census().sessions().isEmpty());
      try (RawClient cancelling = new RawClient(gateway.socket())) {
        cancel(cancelling, key);
        assertThat(cancelling.isAtEnd()).isTrue();
      }
    }
    assertThat(gateway.directory().wakes()).isZero();
  }

  static byte[] keyData(List<Message> greeting) {
    return greeting.stream()
        .filter(message -> message.type() == 'K')
        .findFirst()
        .orElseThrow()
        .body();
  }

  private static void cancel(RawClient client, byte[] keyData) throws Exception {
    client.send(
        Messages.cancelRequest(
            ByteBufAllocator.DEFAULT,
            ByteBuffer.wrap(keyData).getInt(),
            Arrays.copyOfRange(keyData, 4, keyData.length)));
  }

  /** Until the server runs the query; seen through the gateway by another session. */
  private void untilAsleep() {
    untilAsleep(gateway);
  }

  private static void untilAsleep(TestGateway gateway) {
    await()
        .ignoreExceptions()
        .until(() -> {
          try (Connection connection = gateway.connect("one");
              Statement statement = connection.createStatement();
              ResultSet result =
                  statement.executeQuery(
                      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")) {
            return result.next() && result.getInt(1) == 1;
          }
        });
  }
}
