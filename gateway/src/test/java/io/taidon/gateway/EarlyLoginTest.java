package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.wire.ProtocolVersion;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The login at the server begins while its client still proves who it is, if that is no stranger.
 * PostgreSQL 18 shows it: a server process that authenticates is "starting".
 */
class EarlyLoginTest {
  private final TestGateway gateway = TestGateway.start();
  private final TestInstance instance = gateway.runningOverTcp("one", 18);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void whoIsKnownFindsTheServerReady() throws Exception {
    try (Connection first = gateway.connect("one");
        RawClient second = begin()) {
      await().untilAsserted(() -> assertThat(starting(first)).isEqualTo(1));

      second.finish(instance.keys());

      assertThat(second.untilReady().getLast().type()).isEqualTo('Z');
      second.query("SELECT 1");
      assertThat(second.untilReady().getLast().type()).isEqualTo('Z');
      assertThat(starting(first)).isZero();
    }
  }

  @Test
  void aWrongPasswordLeavesNothingAtTheServer() throws Exception {
    try (Connection first = gateway.connect("one");
        RawClient second = begin()) {
      await().untilAsserted(() -> assertThat(starting(first)).isEqualTo(1));

      ScramVerifier real = instance.verifier();
      second.sendProof(ScramVerifier.keys("wrong", real.salt(), real.iterations()));

      assertThat(second.expect('E').field('C')).hasValue("28P01");
      await().untilAsserted(() -> assertThat(starting(first)).isZero());
    }
  }

  /** Or strangers could fill them. */
  @Test
  void aStrangerTakesNoneOfTheServersPlaces() throws Exception {
    try (Connection watcher = direct();
        RawClient stranger = begin()) {
      await()
          .during(Duration.ofMillis(300))
          .untilAsserted(() -> assertThat(starting(watcher)).isZero());

      stranger.finish(instance.keys());

      assertThat(stranger.untilReady().getLast().type()).isEqualTo('Z');
    }
  }

  private Connection direct() throws SQLException {
    InetSocketAddress address = (InetSocketAddress) instance.endpoint().address();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + address.getPort() + "/postgres",
        TestInstance.ROLE,
        TestInstance.PASSWORD);
  }

  private RawClient begin() throws Exception {
    return RawClient.challenged(
        gateway.socket(), TestInstance.ROLE + "~" + instance.id(), ProtocolVersion.V3_0);
  }

  private static int starting(Connection watcher) throws SQLException {
    try (var statement = watcher.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'starting'")) {
      found.next();
      return found.getInt(1);
    }
  }
}
