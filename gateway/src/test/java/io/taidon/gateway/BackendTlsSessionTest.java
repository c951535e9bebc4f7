package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.pkitesting.X509Bundle;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.PostgresServer.StopMode;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.gateway.auth.TokenVerifier;
import io.taidon.gateway.directory.file.FileDirectory;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.tls.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real server behind the gateway that lets nobody in without TLS. */
class BackendTlsSessionTest {
  private static final ScramVerifier VERIFIER = ScramVerifier.of(TestInstance.PASSWORD);
  private static final int PORT = FreePort.pick();
  private static final X509Bundle BUNDLE = Certificates.selfSigned("db.internal");
  private static Path home;
  private static Process server;

  private Gateway gateway;

  @BeforeAll
  static void startServer() throws Exception {
    Path data = TestClusters.cluster(18);
    home = data.getParent();
    PostgresServer plain =
        PostgresServer.start(
            TestClusters.home(18),
            TestClusters.OS_USER,
            ServerOptions.instance(data, data.resolveSibling("control")));
    plain.setPassword(VERIFIER);
    plain.stop(StopMode.FAST);
    Certificates.write(data, "server", BUNDLE);
    Files.setPosixFilePermissions(
        data.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(data.resolve("pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    TestClusters.OS_USER.own(data);
    server =
        new ProcessBuilder(
                TestClusters.OS_USER.wrap(
                    List.of(
                        TestClusters.home(18).directory().resolve("bin/postgres").toString(),
                        "-D",
                        data.toString(),
                        "-c",
                        "port=" + PORT,
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "ssl=on")))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await()
        .ignoreExceptions()
        .until(() -> {
          new Socket(InetAddress.getLoopbackAddress(), PORT).close();
          return true;
        });
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.destroy();
    server.waitFor();
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void theServersLegIsEncryptedVerifiedAndCancelled() throws Exception {
    start(", \"tls\": {\"roots\": \"%s\", \"name\": \"db.internal\"}".formatted(roots(BUNDLE)));
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT ssl, repeat('x', 3000000) FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
        row.next();
        assertThat(row.getBoolean(1)).isTrue();
        assertThat(row.getString(2)).hasSize(3_000_000);
      }
      Future<?> query = threads.submit(() -> statement.execute("SELECT pg_sleep(600)"));
      await()
          .until(() -> {
            try (Connection other = connect();
                Statement look = other.createStatement();
                ResultSet found =
                    look.executeQuery(
                        "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")) {
              return found.next();
            }
          });
      statement.cancel();
      assertThatThrownBy(query::get).hasMessageContaining("canceling statement");
    }
    await().until(() -> gateway.census().connections() == 0);
  }

  @Test
  void aServerWithAnotherNameIsNotTrusted() throws Exception {
    start(", \"tls\": {\"roots\": \"%s\"}".formatted(roots(BUNDLE)));
    unreachable();
  }

  @Test
  void aServerOfAnotherIssuerIsNotTrusted() throws Exception {
    X509Bundle other = Certificates.selfSigned("db.internal");
    start(", \"tls\": {\"roots\": \"%s\", \"name\": \"db.internal\"}".formatted(roots(other)));
    unreachable();
  }

  @Test
  void withoutTlsTheServerItselfSaysNo() throws Exception {
    start("");
    assertThatThrownBy(() -> connect().close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"))
        .hasMessageContaining("no encryption");
  }

  private void unreachable() {
    assertThatThrownBy(() -> connect().close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"));
  }

  private static Path roots(X509Bundle bundle) throws IOException {
    return Files.writeString(
        Files.createTempFile(home, "roots", ".pem"), bundle.getRootCertificatePEM());
  }

  private void start(String tls) throws IOException {
    Path listing = Files.createTempFile(home, "directory", ".json");
    Files.writeString(
        listing,
        """
        {"instances": [{"id": "one", "address": "127.0.0.1:%d"%s,
          "roles": [{"name": "sqlrs", "verifier": "%s"}]}]}
        """
            .formatted(PORT, tls, VERIFIER.text()));
    gateway =
        Gateway.start(
            GatewaySettings.listeningAt(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            FileDirectory.load(listing),
            TokenVerifier.NONE,
            new GatewayMetrics(new SimpleMeterRegistry()));
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.put("user", "sqlrs~one");
    properties.put("password", TestInstance.PASSWORD);
    properties.put("sslmode", "disable");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/postgres", properties);
  }
}
