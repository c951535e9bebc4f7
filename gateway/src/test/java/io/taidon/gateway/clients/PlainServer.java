package io.taidon.gateway.clients;

import static org.awaitility.Awaitility.await;

import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.TestClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A PostgreSQL of the distribution as anybody would run it: loopback TCP, SCRAM, replication
 * allowed. Nothing of the engine is in it, so it stands for a server of somebody else.
 */
public final class PlainServer implements AutoCloseable {
  public static final String ROLE = "sqlrs";
  public static final String PASSWORD = "correct horse battery staple";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path bin;
  private final Path data;
  private final int port = FreePort.pick();
  private Process process;

  private PlainServer(Path bin, Path data) throws IOException, InterruptedException {
    this.bin = bin;
    this.data = data;
    initialize();
    this.process = launch();
  }

  /** Empty where the distribution's server is not installed. */
  public static Optional<PlainServer> start() throws Exception {
    Optional<Path> postgres =
        Programs.postgres("postgres").filter(path -> path.startsWith("/usr/lib/postgresql"));
    if (postgres.isEmpty()) {
      return Optional.empty();
    }
    PlainServer server =
        new PlainServer(
            postgres.get().getParent(), TestClusters.directory().resolve("plain").resolve("data"));
    server.awaitQueries();
    return Optional.of(server);
  }

  private void initialize() throws IOException, InterruptedException {
    Files.createDirectories(data);
    Path password = Files.writeString(data.resolveSibling("password"), PASSWORD);
    TestClusters.OS_USER.own(data.getParent());
    Said said =
        Said.of(
            new ProcessBuilder(
                TestClusters.OS_USER.wrap(
                    List.of(
                        bin.resolve("initdb").toString(),
                        "--pgdata=" + data,
                        "--username=" + ROLE,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync"))));
    said.requireSuccess();
    Files.writeString(
        data.resolve("postgresql.conf"),
        """
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = '%s'
        wal_level = logical
        shared_buffers = 16MB
        fsync = off
        max_prepared_transactions = 10
        """
            .formatted(port, data.getParent()),
        StandardOpenOption.APPEND);
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            TestClusters.OS_USER.wrap(
                List.of(bin.resolve("postgres").toString(), "-D", data.toString())))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolveSibling("log").toFile()))
        .start();
  }

  private void awaitQueries() {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> query("SELECT 1").equals("1"));
  }

  /** Kills it without a word, and starts it again. */
  public void crashAndRestart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    // Its children notice, and hold its memory until then.
    await()
        .atMost(PATIENCE)
        .until(() -> {
          if (!process.isAlive()) {
            process = launch();
          }
          try {
            return query("SELECT 1").equals("1");
          } catch (SQLException e) {
            return false;
          }
        });
  }

  public int port() {
    return port;
  }

  public Path bin() {
    return bin;
  }

  /** What the directory's file needs of the role. */
  public String verifier() throws SQLException {
    return verifier(ROLE);
  }

  String verifier(String role) throws SQLException {
    return query("SELECT rolpassword FROM pg_authid WHERE rolname = '" + role + "'");
  }

  /** Runs a statement in a database, without a gateway. */
  void execute(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row, asked without a gateway. */
  public String query(String sql) throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Every number of a table. */
  Set<Long> numbers(String table) throws SQLException {
    Set<Long> numbers = new HashSet<>();
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT number FROM " + table)) {
      while (rows.next()) {
        numbers.add(rows.getLong(1));
      }
    }
    return numbers;
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?ApplicationName=observer",
        ROLE,
        PASSWORD);
  }

  /** Sessions of clients other than ours. */
  public int sessions() throws SQLException {
    return Integer.parseInt(
        query(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type IN ('client backend',"
                + " 'walsender') AND pid <> pg_backend_pid()"));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      ProcessHandle handle = process.toHandle();
      new ProcessBuilder("kill", "-QUIT", Long.toString(handle.pid())).start().waitFor();
      process.waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
