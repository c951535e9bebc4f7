package io.taidon.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.engine.postgres.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes are killed under load, without a chance to say anything. What was acknowledged must be
 * there afterwards, no client may wait for an answer that never comes, and no connection may be
 * left.
 */
class KillTest {
  private static final int WRITERS = 4;
  private static final int KILLS = 3;
  private static final int ROWS_BETWEEN = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private PlainServer server;
  private GatewayProcess gateway;

  /** Something that is killed, and starts again. */
  private interface Victim {
    void killAndRestart() throws Exception;
  }

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "the kernel does not list connections");
    Optional<PlainServer> started = PlainServer.start();
    assumeTrue(started.isPresent(), "the distribution's PostgreSQL server is not installed");
    server = started.get();
    server.execute("postgres", "CREATE TABLE numbered (number bigint PRIMARY KEY)");
    server.execute("postgres", "CREATE TABLE twins (number bigint PRIMARY KEY)");
    int port = FreePort.pick();
    gateway = GatewayProcess.start(GatewayFiles.write(directory, server, port), port);
  }

  @AfterEach
  void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aKilledGatewayLosesNothing() throws Exception {
    killUnderLoad(gateway::killAndRestart);
  }

  @Test
  void aKilledServerLosesNothing() throws Exception {
    killUnderLoad(server::crashAndRestart);
  }

  /** PostgreSQL itself restarts all sessions when one of its processes is killed. */
  @Test
  void aKilledBackendLosesNothing() throws Exception {
    killUnderLoad(() -> {
      long pid =
          Long.parseLong(
              server.query(
                  "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                      + " AND pid <> pg_backend_pid() LIMIT 1"));
      assertThat(new ProcessBuilder("kill", "-KILL", Long.toString(pid)).start().waitFor())
          .isZero();
    });
  }

  private void killUnderLoad(Victim victim) throws Exception {
    Set<Long> acknowledged;
    try (NumberedWriters writers = new NumberedWriters(gateway.port(), WRITERS);
        Connection idle = idle();
        Statement atRest = idle.createStatement()) {
      awaitRows(writers);
      for (int kill = 0; kill < KILLS; kill++) {
        int before = writers.cutOff();
        victim.killAndRestart();
        await().atMost(PATIENCE).until(() -> writers.cutOff() > before);
        awaitRows(writers);
        requireAll(Set.copyOf(writers.acknowledged()));
      }
      // Whoever did nothing all the time finds out when it asks, and does not wait for ever.
      assertThatThrownBy(() -> atRest.execute("SELECT 1"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> assertThat(String.valueOf(e.getCause())).doesNotContain("timed out"));
      writers.close();
      assertThat(writers.hung()).isZero();
      acknowledged = writers.acknowledged();
    }
    requireAll(acknowledged);
    assertThat(
            server.query(
                "SELECT count(*) FROM numbered FULL JOIN twins USING (number) WHERE"
                    + " numbered.number IS NULL OR twins.number IS NULL"))
        .as("halves of transactions")
        .isEqualTo("0");
    await().atMost(PATIENCE).until(() -> server.sessions() == 0);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(Sockets.withPorts(gateway.port(), server.port())).isEmpty());
  }

  private Connection idle() throws Exception {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/postgres?socketTimeout=60",
        GatewayFiles.USER,
        PlainServer.PASSWORD);
  }

  private static void awaitRows(NumberedWriters writers) {
    int before = writers.acknowledged().size();
    await().atMost(PATIENCE).until(() -> writers.acknowledged().size() >= before + ROWS_BETWEEN);
  }

  private void requireAll(Set<Long> acknowledged) throws Exception {
    Set<Long> lost = new HashSet<>(acknowledged);
    lost.removeAll(server.numbers("numbered"));
    assertThat(lost).as("acknowledged and not there").isEmpty();
    assertThat(acknowledged).isNotEmpty();
  }
}
