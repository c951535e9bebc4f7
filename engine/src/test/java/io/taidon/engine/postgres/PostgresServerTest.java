package io.taidon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.postgres.PostgresServer.StopMode;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresServerTest {
  private static final String PASSWORD = "correct horse battery staple";

  private Path data = Path.of("nowhere");

  @AfterEach
  void nothingRunsOn() {
    if (Files.isDirectory(data)) {
      int ignored = PostgresServer.killOrphans(data, control());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 18})
  void startsAnswersAndStopsCleanly(int major) throws Exception {
    PostgresServer server = start(major);

    try (SimpleQueryConnection connection = server.connect("postgres")) {
      assertThat(connection.query("SELECT 1, NULL; SELECT 'two'"))
          .containsExactly(
              List.of(Optional.of("1"), Optional.empty()), List.of(Optional.of("two")));
      assertThatThrownBy(() -> connection.query("SELECT 1/0"))
          .isInstanceOfSatisfying(
              SqlErrorResponse.class, e -> assertThat(e.sqlState()).isEqualTo("22012"));
      assertThat(setting(connection, "data_checksums")).isEqualTo("on");
      assertThat(setting(connection, "server_encoding")).isEqualTo("UTF8");
      assertThat(setting(connection, "listen_addresses")).isEmpty();
      assertThat(setting(connection, "TimeZone")).isEqualTo("UTC");
      assertThat(setting(connection, "client_connection_check_interval")).isEqualTo("10s");
      assertThat(connection.query("SELECT datlocprovider, datlocale FROM pg_database LIMIT 1"))
          .containsExactly(List.of(Optional.of("b"), Optional.of("C.UTF-8")));
      assertThat(connection.query("SELECT repeat('x', 100000)").getFirst().getFirst())
          .hasValueSatisfying(text -> assertThat(text).hasSize(100_000));
    }
    assertThat(server.stop(StopMode.FAST)).isTrue();

    assertThat(server.isRunning()).isFalse();
    assertThat(server.onExit()).isCompleted();
    assertThat(data.resolve("postmaster.pid")).doesNotExist();
    assertThat(server.socketDir()).doesNotExist();
    assertThat(server.log()).content().contains("database system is shut down");
    assertThat(server.stop(StopMode.FAST)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 18})
  void overTcpThePasswordIsNeededAndOnlyLoopbackListens(int major) throws Exception {
    data = TestClusters.cluster(major);
    int port = FreePort.pick();
    PostgresServer server =
        PostgresServer.start(
            TestClusters.home(major),
            TestClusters.OS_USER,
            ServerOptions.instance(data, control()).withTcpPort(port),
            PASSWORD);

    assertThat(server.port()).isEqualTo(port);
    assertThat(firstRow(port, PASSWORD)).isEqualTo(1);
    assertThatThrownBy(() -> firstRow(port, "wrong"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    for (InetAddress address : otherAddresses()) {
      assertThatThrownBy(
              () -> {
                try (Socket socket = new Socket()) {
                  socket.connect(new InetSocketAddress(address, port), 1000);
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(server.stop(StopMode.FAST)).isTrue();
    assertThat(server.log()).content().doesNotContain(PASSWORD).doesNotContain("SCRAM-SHA-256$");
  }

  @Test
  void immediateStopLeavesACrashedClusterThatStartsAgainAndKeepsTheLog() throws Exception {
    PostgresServer server = start(17);
    assertThat(server.stop(StopMode.IMMEDIATE)).isFalse();
    assertThat(ControlFile.isCleanlyShutDown(data)).isFalse();

    PostgresServer again = restart(17);
    assertThat(again.log())
        .content()
        .contains("received immediate shutdown request", "automatic recovery in progress");
    assertThat(again.stop(StopMode.FAST)).isTrue();
  }

  @Test
  void aCrashIsNoticedAndItsOrphansAreKilled() throws Exception {
    assumeProc();
    PostgresServer server = start(17);
    SimpleQueryConnection busy = server.connect("postgres");
    CompletableFuture<?> query = busyBackend(busy);
    await().until(() -> isBusy(server));

    ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();

    assertThat(server.onExit().get(20, TimeUnit.SECONDS)).isSameAs(server);
    assertThat(PostgresServer.attach(data, control())).isEmpty();
    assertThat(DataDirProcesses.all(data)).isNotEmpty();
    assertThatThrownBy(() -> restart(17))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThat(PostgresServer.killOrphans(data, control())).isPositive();
    assertThat(DataDirProcesses.all(data)).isEmpty();
    assertThat(server.socketDir()).doesNotExist();
    assertThat(query).failsWithin(Duration.ofSeconds(20));
    assertThat(restart(17).stop(StopMode.FAST)).isTrue();
  }

  @Test
  void aRunningServerIsFoundAgainWatchedAndStopped() throws Exception {
    assumeProc();
    PostgresServer server = start(17);

    PostgresServer found = PostgresServer.attach(data, control()).orElseThrow();

    assertThat(found.pid()).isEqualTo(server.pid());
    assertThat(found.socketDir()).isEqualTo(server.socketDir());
    found.ping();
    assertThat(found.stop(StopMode.FAST)).isTrue();
    assertThat(server.onExit().get(20, TimeUnit.SECONDS)).isSameAs(server);
    assertThat(PostgresServer.attach(data, control())).isEmpty();
  }

  @Test
  void aRecycledProcessIdIsNeverTouched() throws Exception {
    data = TestClusters.cluster(17);
    Process stranger = new ProcessBuilder("sleep", "600").directory(data.toFile()).start();
    try {
      Files.writeString(
          data.resolve("postmaster.pid"),
          stranger.pid() + "\n" + data + "\n1\n5432\n/tmp\n\n  1 1\nready\n");

      assertThat(PostgresServer.attach(data, control())).isEmpty();
      PostgresServer server = restart(17);
      assertThat(server.stop(StopMode.FAST)).isTrue();
      assertThat(PostgresServer.killOrphans(data, control())).isZero();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aTakenPortIsNamedAndNothingIsLeft() throws Exception {
    data = TestClusters.cluster(17);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      ServerOptions options =
          ServerOptions.instance(data, control()).withTcpPort(taken.getLocalPort());
      assertThatThrownBy(
              () -> PostgresServer.start(TestClusters.home(17), TestClusters.OS_USER, options))
          .isInstanceOfSatisfying(
              TaidonException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE);
                assertThat(e.sentence()).contains(Integer.toString(taken.getLocalPort()));
                assertThat(e.details().get("log")).contains("Address already in use");
              });
    }
    assertThat(control().resolve("socket")).doesNotExist();
    assertThat(DataDirProcesses.all(data)).isEmpty();
  }

  @Test
  void aBrokenClusterFailsAtOnceWithTheLastLinesOfTheLog() throws Exception {
    data = TestClusters.cluster(17);
    Files.delete(data.resolve("global/pg_control"));
    assertThatThrownBy(() -> restart(17))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_FAILED);
              assertThat(e.details().get("log")).contains("pg_control");
            });
  }

  @Test
  void aLongControlDirectoryGetsAShortSocketDirectory() throws Exception {
    data = TestClusters.cluster(17);
    Path control = data.resolveSibling("c".repeat(100));
    PostgresServer server =
        PostgresServer.start(
            TestClusters.home(17), TestClusters.OS_USER, ServerOptions.instance(data, control));
    server.ping();
    Path sockets = server.socketDir();
    assertThat(sockets).isDirectory().doesNotHaveToString(control.resolve("socket").toString());
    assertThat(PostgresServer.attach(data, control).orElseThrow().stop(StopMode.FAST)).isTrue();
    assertThat(sockets).doesNotExist();
    assertThat(control.resolve("socket-dir")).doesNotExist();
  }

  @Test
  void theSocketDirectoryLetsNobodyElseIn() throws Exception {
    PostgresServer server = start(17);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socketDir())))
        .isEqualTo("rwx------");
    assertThat(Files.getOwner(server.socketDir()).getName()).isEqualTo(TestClusters.OS_USER.name());
    assertThat(server.stop(StopMode.FAST)).isTrue();
  }

  @Test
  void initdbThatFailsShowsItsLastLines() throws Exception {
    data = TestClusters.cluster(17);
    assertThatThrownBy(
            () -> new ClusterTemplate(TestClusters.OS_USER).initdb(TestClusters.home(17), data))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_FAILED);
              assertThat(e.details().get("output")).contains("not empty");
            });
  }

  @Test
  void aDirectoryThatTheAccountCannotEnterIsNamed() throws Exception {
    assumeTrue(TestClusters.OS_USER.isRoot(), "only root runs servers as another account");
    Path closed = TestClusters.directory();
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    assertThatThrownBy(() ->
            new ClusterTemplate(TestClusters.OS_USER)
                .initdb(TestClusters.home(17), closed.resolve("data")))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
              assertThat(e.sentence()).contains(closed.toString());
            });
  }

  private PostgresServer start(int major) throws Exception {
    data = TestClusters.cluster(major);
    return restart(major);
  }

  private PostgresServer restart(int major) {
    return PostgresServer.start(
        TestClusters.home(major), TestClusters.OS_USER, ServerOptions.instance(data, control()));
  }

  private Path control() {
    return data.resolveSibling("control");
  }

  private static void assumeProc() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "servers are found through /proc");
  }

  private static String setting(SimpleQueryConnection connection, String name) throws IOException {
    return connection.query("SHOW " + name).getFirst().getFirst().orElseThrow();
  }

  /** A backend that computes does not notice that its postmaster is gone. */
  private static CompletableFuture<?> busyBackend(SimpleQueryConnection connection) {
    return CompletableFuture.supplyAsync(() -> {
      try (connection) {
        return connection.query(
            "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private static boolean isBusy(PostgresServer server) throws IOException {
    try (SimpleQueryConnection connection = server.connect("postgres")) {
      return !connection
          .query(
              "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT count%' AND state = 'active'")
          .isEmpty();
    }
  }

  private static int firstRow(int port, String password) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "sqlrs", password);
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static List<InetAddress> otherAddresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .toList();
  }
}
