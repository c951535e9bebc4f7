package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The printed DSN leads through the gateway: it wakes what sleeps, and outlives the server. */
class GatewayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private Sqlrs sqlrs;

  @BeforeEach
  void open() throws IOException {
    sqlrs = Sqlrs.in(directory);
  }

  @AfterEach
  void close() throws IOException {
    sqlrs.close();
  }

  @Test
  void psql_connects_through_the_printed_dsn_and_wakes_an_instance_that_was_stopped()
      throws Exception {
    Path psql = Path.of(realPsql());
    assumeThat(psql).as("a psql to connect with").isExecutable();
    String dsn = dsn("--name", "dev", "--", "-c", "create table t as select 42 i");

    assertThat(URI.create(dsn).getUserInfo()).startsWith("sqlrs~dev:");
    assertThat(psql(psql, dsn, "select i from t")).isEqualTo("42");
    sqlrs.run("stop", "dev").succeeded();
    assertThat(status("dev")).isEqualTo("stopped");
    assertThat(psql(psql, dsn, "select i from t")).isEqualTo("42");
    assertThat(status("dev")).isEqualTo("running");
  }

  @Test
  void many_clients_wake_an_instance_once() throws Exception {
    String dsn = dsn("--name", "dev", "--", "-c", "create table t as select 42 i");
    sqlrs.run("stop", "dev").succeeded();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> questions = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        questions.add(() -> PrepareIT.select(dsn, "select pg_postmaster_start_time() || ''"));
      }
      List<String> starts = new ArrayList<>();
      for (Future<String> answer : clients.invokeAll(questions)) {
        starts.add(answer.get());
      }
      assertThat(starts).hasSize(10).containsOnly(starts.getFirst());
    }
  }

  @Test
  void an_open_session_blocks_the_deletion_and_is_shown() throws Exception {
    String dsn = dsn("--name", "dev", "--", "-c", "create table t (i int)");
    try (Connection session = connect(dsn)) {
      Sqlrs.Result blocked = sqlrs.run("rm", idOf("dev"));
      assertThat(blocked.exitCode()).isEqualTo(4);
      assertThat(blocked.stdout()).contains("connections=1");
      assertThat(instance("dev").get("connections").asInt()).isEqualTo(1);
      assertThat(sqlrs.run("ls", "--instances").succeeded().stdout()).contains("CONNS");
      assertThat(sqlrs.run("status").succeeded().stdout())
          .contains("gateway: 127.0.0.1:" + URI.create(dsn).getPort())
          .contains("gateway.sessions: 1");
      assertThat(session.isValid(5)).isTrue();
    }
    await().atMost(PATIENCE).until(() -> instance("dev").get("connections").asInt() == 0);
    String id = idOf("dev");
    sqlrs.run("rm", id).succeeded();
    assertThatThrownBy(() -> connect(dsn))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void the_port_and_the_dsn_outlive_a_server_that_is_killed() throws Exception {
    String dsn = dsn("--name", "dev", "--", "-c", "create table t as select 42 i");
    try (Connection session = connect(dsn)) {
      kill(sqlrs.serverPid());
      assertThatThrownBy(() -> value(session, "select 1")).isInstanceOf(SQLException.class);
    }
    sqlrs.run("server", "start").succeeded();

    assertThat(PrepareIT.select(dsn, "select i from t")).isEqualTo("42");
    assertThat(sqlrs.run("start", "dev").succeeded().dsn()).isEqualTo(dsn);
  }

  @Test
  void a_client_of_a_server_that_crashes_is_told_and_can_come_back() throws Exception {
    String dsn = dsn("--name", "dev", "--", "-c", "create table t as select 42 i");
    try (Connection session = connect(dsn)) {
      kill(instance("dev").get("pid").asLong());
      assertThatThrownBy(() -> value(session, "select 1")).isInstanceOf(SQLException.class);
    }
    await().atMost(PATIENCE).until(() -> status("dev").equals("crashed"));
    assertThat(PrepareIT.select(dsn, "select i from t")).isEqualTo("42");
  }

  @Test
  void a_read_only_token_reads_and_never_writes() throws Exception {
    String dsn = dsn("--name", "dev", "--", "-c", "create table t as select 42 i");
    JsonNode token =
        sqlrs.run("--output", "json", "token", "dev", "--ttl", "5m").succeeded().json();
    assertThat(token.get("token").asText()).hasSizeLessThanOrEqualTo(500);
    String tokenDsn = token.get("dsn").asText();

    try (Connection session = connect(tokenDsn)) {
      assertThat(value(session, "select i from t")).isEqualTo("42");
      for (String write :
          List.of("create table x (i int)", "insert into t values (1)", "delete from t")) {
        assertThatThrownBy(() -> execute(session, write))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
      }
      execute(session, "set default_transaction_read_only = off");
      for (String write :
          List.of("create table x (i int)", "insert into t values (1)", "delete from t")) {
        assertThatThrownBy(() -> execute(session, write))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
    String forged = tokenDsn.replaceFirst("(.{8})@", "AAAAAAAA@");
    assertThatThrownBy(() -> connect(forged))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    assertThat(PrepareIT.select(dsn, "select count(*) from t")).isEqualTo("1");
  }

  @Test
  void tokens_outlive_a_rotation_of_keys_and_a_restart_and_wake_what_sleeps() throws Exception {
    dsn("--name", "dev", "--", "-c", "create table t as select 42 i");
    String old = token("dev", "--access", "rw");
    sqlrs.run("token", "--rotate-keys").succeeded();
    String young = token("dev", "--access", "rw");
    sqlrs.run("server", "stop").succeeded();
    sqlrs.run("server", "start").succeeded();

    assertThat(PrepareIT.select(old, "insert into t values (1) returning i")).isEqualTo("1");
    assertThat(PrepareIT.select(young, "select current_user")).isEqualTo("sqlrs");
    assertThat(Files.getPosixFilePermissions(sqlrs.store().resolve("gateway/keys.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    sqlrs.run("token").failedWith(2, "REF");
    sqlrs.run("token", "dev", "--access", "all").failedWith(2, "ro or rw");
    sqlrs.run("token", "dev", "--ttl", "9999h").failedWith(2, "30 days");
  }

  @Test
  void without_a_gateway_dsns_are_direct() throws Exception {
    sqlrs.run("config", "set", "gateway.port", "0").succeeded();
    sqlrs.run("server", "stop").succeeded();
    String dsn = dsn("--name", "dev", "--", "-c", "create table t as select 42 i");

    assertThat(URI.create(dsn).getUserInfo()).startsWith("sqlrs:");
    assertThat(PrepareIT.select(dsn, "select i from t")).isEqualTo("42");
    assertThat(sqlrs.run("status").succeeded().stdout()).contains("gateway: closed");
    sqlrs.run("token", "dev").failedWith(1, "conflict", "gateway.port");
  }

  @Test
  void the_direct_way_stays() throws Exception {
    String direct = dsn("--direct", "--name", "dev", "--", "-c", "create table t (i int)");
    assertThat(URI.create(direct).getUserInfo()).startsWith("sqlrs:");
    assertThat(PrepareIT.select(direct, "select count(*) from t")).isEqualTo("0");
    JsonNode again = sqlrs.prepare("-c", "create table t (i int)");
    assertThat(again.get("direct_dsn").asText()).startsWith("postgresql://sqlrs:");
    assertThat(again.get("dsn").asText()).contains("~" + again.get("instance_id").asText() + ":");
  }

  private String dsn(String... args) {
    List<String> command = new ArrayList<>(List.of("prepare:psql"));
    command.addAll(List.of(args));
    return sqlrs.run(command.toArray(String[]::new)).succeeded().dsn();
  }

  private String token(String instance, String... options) {
    List<String> command = new ArrayList<>(List.of("token", instance));
    command.addAll(List.of(options));
    return sqlrs.run(command.toArray(String[]::new)).succeeded().dsn();
  }

  private JsonNode instance(String name) {
    for (JsonNode instance :
        sqlrs.run("--output", "json", "ls", "--instances").succeeded().json().get("instances")) {
      if (instance.get("names").toString().contains("\"" + name + "\"")) {
        return instance;
      }
    }
    throw new AssertionError("no instance has the name " + name);
  }

  private String idOf(String name) {
    return instance(name).get("instance_id").asText();
  }

  private String status(String name) {
    return instance(name).get("status").asText();
  }

  private static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    assertThat(process.destroyForcibly()).isTrue();
    await().atMost(PATIENCE).until(() -> !process.isAlive());
  }

  private static Connection connect(String dsn) throws SQLException {
    URI uri = URI.create(dsn);
    String[] login = uri.getUserInfo().split(":", 2);
    Properties properties = new Properties();
    properties.setProperty("user", login[0]);
    properties.setProperty("password", login[1]);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), properties);
  }

  private static String value(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static void execute(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String psql(Path psql, String dsn, String sql) throws Exception {
    Process process =
        new ProcessBuilder(psql.toString(), "-X", "-At", "-c", sql, dsn)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes()).strip();
    assertThat(process.waitFor()).isZero();
    return out;
  }

  private static String realPsql() {
    String given = System.getenv("SQLRS_PSQL");
    return given == null || given.isEmpty() ? "/usr/bin/psql" : given;
  }
}
