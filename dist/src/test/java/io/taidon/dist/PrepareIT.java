package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, as users do it: prepare, connect, prepare again. */
class PrepareIT {
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
  void prints_a_dsn_that_any_client_can_use_and_nobody_without_the_password() throws Exception {
    sqlrs.write("schema.sql", "create table t (i int);\n");
    sqlrs.write("data.sql", "insert into t select generate_series(1, 42);\n");

    String dsn =
        sqlrs.run("prepare:psql", "--", "-f", "schema.sql", "-f", "data.sql").succeeded().dsn();

    assertThat(select(dsn, "select count(*) from t")).isEqualTo("42");
    assertThat(select(dsn, "select current_user || '@' || current_database()"))
        .isEqualTo("sqlrs@postgres");
    String wrong = dsn.replaceFirst(":[^:@/]+@", ":wrong@");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> select(wrong, "select 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void instances_of_one_state_are_isolated_from_each_other() throws Exception {
    sqlrs.write("schema.sql", "create table t (i int);\n");
    String one = sqlrs.run("prepare:psql", "--", "-f", "schema.sql").succeeded().dsn();
    String two = sqlrs.run("prepare:psql", "--", "-f", "schema.sql").succeeded().dsn();

    assertThat(select(one, "insert into t values (1) returning i")).isEqualTo("1");
    assertThat(select(two, "select count(*) from t")).isEqualTo("0");
  }

  @Test
  void chinook_prepares_unchanged_and_the_second_time_runs_no_psql() throws Exception {
    assumeThat(System.getenv("TAIDON_TEST_DATA"))
        .as("TAIDON_TEST_DATA names a folder with chinook/")
        .isNotNull();
    Path dump = Path.of(System.getenv("TAIDON_TEST_DATA"), "chinook", "Chinook_PostgreSql.sql");
    Files.copy(
        dump,
        sqlrs.workspace().resolve("Chinook_PostgreSql.sql"),
        StandardCopyOption.REPLACE_EXISTING);
    Path calls = countingPsql();

    JsonNode first = sqlrs.prepare("-f", "Chinook_PostgreSql.sql");
    assertThat(
            sqlrs.query(first.get("instance_id").asText(), "chinook", "select count(*) from track"))
        .isEqualTo("3503");
    long before = Files.lines(calls).count();
    assertThat(before).as("psql ran for the script and for the query").isGreaterThanOrEqualTo(2);

    JsonNode second = sqlrs.prepare("-f", "Chinook_PostgreSql.sql");
    assertThat(second.get("cached").asBoolean()).isTrue();
    assertThat(second.get("steps_run").asInt()).isZero();
    assertThat(second.get("state_id")).isEqualTo(first.get("state_id"));
    assertThat(Files.lines(calls).count()).as("psql calls").isEqualTo(before);
    assertThat(
            sqlrs.query(
                second.get("instance_id").asText(), "chinook", "select count(*) from track"))
        .isEqualTo("3503");
  }

  @Test
  void changing_the_last_of_five_scripts_runs_only_that_one() throws IOException {
    List<String> args = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      sqlrs.write("s" + i + ".sql", "create table t" + i + " (i int);\n");
      args.addAll(List.of("-f", "s" + i + ".sql"));
    }
    JsonNode cold = sqlrs.prepare(args.toArray(String[]::new));
    assertThat(cold.get("steps_run").asInt()).isEqualTo(5);

    sqlrs.write("s5.sql", "create table t5 (i bigint);\n");
    JsonNode changed = sqlrs.prepare(args.toArray(String[]::new));

    assertThat(changed.get("steps_run").asInt()).isEqualTo(1);
    assertThat(changed.get("state_id")).isNotEqualTo(cold.get("state_id"));
  }

  @Test
  void a_variable_is_part_of_the_id_and_the_folder_is_not() throws IOException {
    String script = "create table t as select generate_series(1, :n) i;\n";
    sqlrs.write("a/one.sql", "\\ir part.sql\n");
    sqlrs.write("a/part.sql", script);
    sqlrs.write("b/c/other.sql", "\\ir renamed.sql\n");
    sqlrs.write("b/c/renamed.sql", script);

    String three = plan("-v", "n=3", "-f", "a/one.sql");
    assertThat(plan("-v", "n=4", "-f", "a/one.sql")).isNotEqualTo(three);
    assertThat(plan("--set=n=3", "--file=b/c/other.sql")).isEqualTo(three);

    JsonNode built = sqlrs.prepare("-v", "n=3", "-f", "a/one.sql");
    assertThat(built.get("state_id").asText()).isEqualTo(three);
    assertThat(sqlrs.prepare("-v", "n=3", "-f", "b/c/other.sql").get("cached").asBoolean())
        .isTrue();
  }

  @Test
  void two_prepares_of_the_same_thing_at_once_build_it_once() throws Exception {
    sqlrs.write("slow.sql", "select pg_sleep(0.5); create table t (i int);\n");
    sqlrs.run("server", "start").succeeded();

    Process one = sqlrs.start("--output", "json", "prepare:psql", "--", "-f", "slow.sql");
    Process two = sqlrs.start("--output", "json", "prepare:psql", "--", "-f", "slow.sql");
    JsonNode first = Sqlrs.await(one).succeeded().json();
    JsonNode second = Sqlrs.await(two).succeeded().json();

    assertThat(first.get("state_id")).isEqualTo(second.get("state_id"));
    assertThat(first.get("steps_run").asInt() + second.get("steps_run").asInt()).isEqualTo(1);
    assertThat(first.get("instance_id")).isNotEqualTo(second.get("instance_id"));
  }

  @Test
  void two_commands_at_once_on_a_new_store_start_one_server() throws Exception {
    sqlrs.write("s.sql", "create table t (i int);\n");
    Process one = sqlrs.start("prepare:psql", "--", "-f", "s.sql");
    Process two = sqlrs.start("prepare:psql", "--", "-f", "s.sql");
    Sqlrs.await(one).succeeded();
    Sqlrs.await(two).succeeded();
    assertThat(sqlrs.processesOfStore())
        .filteredOn(p -> p.contains("taidon-server.jar"))
        .hasSize(1);
  }

  @Test
  void the_composite_returns_the_tools_exit_code_and_leaves_no_instance() throws IOException {
    sqlrs.write("s.sql", "create table t as select 7 i;\n");
    Sqlrs.Result good =
        sqlrs
            .run(
                "prepare:psql",
                "--",
                "-f",
                "s.sql",
                "run:psql",
                "--",
                "-At",
                "-c",
                "select i from t")
            .succeeded();
    assertThat(good.stdout()).isEqualTo("7\n");
    Sqlrs.Result bad =
        sqlrs.run(
            "prepare:psql",
            "--",
            "-f",
            "s.sql",
            "run:psql",
            "--",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "selec");
    assertThat(bad.exitCode()).isEqualTo(1);
    assertThat(bad.stderr()).contains("syntax error");
    assertThat(
            sqlrs.run("--output", "json", "ls", "--instances").succeeded().json().get("instances"))
        .isEmpty();
  }

  @Test
  void names_are_bound_reused_and_replaced() throws IOException {
    sqlrs.write("s.sql", "create table t (i int);\n");
    String first = named("--name", "dev").succeeded().json().get("instance_id").asText();
    sqlrs.query("dev", "postgres", "insert into t values (1)");

    named("--name", "dev").failedWith(1, "name_in_use", "--reuse", "--fresh");
    assertThat(named("--name", "dev", "--reuse").succeeded().json().get("instance_id").asText())
        .isEqualTo(first);
    assertThat(sqlrs.query("dev", "postgres", "select count(*) from t")).isEqualTo("1");
    assertThat(named("--name", "dev", "--fresh").succeeded().json().get("instance_id").asText())
        .isNotEqualTo(first);
    assertThat(sqlrs.query("dev", "postgres", "select count(*) from t")).isEqualTo("0");
    assertThat(
            sqlrs.run("--output", "json", "ls", "--instances").succeeded().json().get("instances"))
        .hasSize(1);
  }

  @Test
  void standard_input_and_commands_are_steps_too() throws Exception {
    Process process =
        sqlrs.start(
            "--output", "json", "prepare:psql", "--", "-c", "create table t (i int)", "-f", "-");
    // start() gives /dev/null as input: an empty script is a step that changes nothing.
    JsonNode result = Sqlrs.await(process).succeeded().json();
    assertThat(result.get("steps_total").asInt()).isEqualTo(2);
  }

  @Test
  void pgbench_runs_in_an_instance() throws IOException {
    JsonNode instance = sqlrs.prepare("-c", "create table t (i int)");
    String id = instance.get("instance_id").asText().substring(0, 12);
    assertThat(sqlrs.run("run:pgbench", "--instance", id, "--", "-i", "-s", "1").exitCode())
        .isZero();
    Sqlrs.Result bench =
        sqlrs.run("run:pgbench", "--instance", id, "--", "-S", "-t", "50").succeeded();
    assertThat(bench.stdout()).contains("number of transactions actually processed: 50/50");
  }

  private Sqlrs.Result named(String... options) {
    List<String> args = new ArrayList<>(List.of("--output", "json", "prepare:psql"));
    args.addAll(List.of(options));
    args.addAll(List.of("--", "-f", "s.sql"));
    return sqlrs.run(args.toArray(String[]::new));
  }

  private String plan(String... psqlArgs) {
    List<String> args = new ArrayList<>(List.of("--output", "json", "plan:psql", "--"));
    args.addAll(List.of(psqlArgs));
    JsonNode plan = sqlrs.run(args.toArray(String[]::new)).succeeded().json();
    return plan.get("state_id").asText();
  }

  /** Makes the engine use a psql that writes a line for each call; gives the file of lines. */
  private Path countingPsql() throws IOException {
    Path calls = Files.createFile(directory.resolve("psql-calls"));
    Path wrapper = directory.resolve("psql");
    Files.writeString(
        wrapper, "#!/bin/sh\necho call >>'" + calls + "'\nexec '" + realPsql() + "' \"$@\"\n");
    assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    sqlrs.run("config", "set", "psql.path", wrapper.toString()).succeeded();
    return calls;
  }

  private static String realPsql() {
    String given = System.getenv("SQLRS_PSQL");
    return given == null || given.isEmpty() ? "/usr/bin/psql" : given;
  }

  static String select(String dsn, String sql) throws SQLException {
    java.net.URI uri = java.net.URI.create(dsn);
    Properties login = new Properties();
    login.setProperty("user", uri.getUserInfo().split(":", 2)[0]);
    login.setProperty("password", uri.getUserInfo().split(":", 2)[1]);
    String url = "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
    try (Connection connection = DriverManager.getConnection(url, login);
        ResultSet rows = connection.createStatement().executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
