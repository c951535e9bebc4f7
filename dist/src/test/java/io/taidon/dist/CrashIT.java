package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is left when the engine, a server or a client dies at a bad moment: nothing that matters.
 */
class CrashIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
  void killing_the_server_in_the_middle_of_a_prepare_costs_only_the_step_that_ran()
      throws Exception {
    sqlrs.write("one.sql", "create table one (i int);\n");
    sqlrs.write("two.sql", "create table two (i int);\nselect pg_sleep(4);\n");
    Process interrupted = sqlrs.start("prepare:psql", "--", "-f", "one.sql", "-f", "two.sql");
    await().atMost(PATIENCE).until(() -> sqlrs.psqlRuns("two.sql"));

    assertThat(ProcessHandle.of(sqlrs.serverPid()).orElseThrow().destroyForcibly()).isTrue();
    Sqlrs.await(interrupted).failedWith(1, "server_unavailable");

    JsonNode finished = sqlrs.prepare("-f", "one.sql", "-f", "two.sql");
    assertThat(finished.get("steps_run").asInt())
        .as("steps run; the first was cached before the crash")
        .isEqualTo(1);
    assertThat(
            sqlrs.query(
                finished.get("instance_id").asText(), "postgres", "select count(*) from two"))
        .isEqualTo("0");

    sqlrs.run("rm", "-f", finished.get("instance_id").asText()).succeeded();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(sqlrs.processesOfStore()).hasSize(1));
    sqlrs.run("server", "stop").succeeded();
    assertThat(sqlrs.processesOfStore()).isEmpty();
    assertThat(sqlrs.leftovers()).isEmpty();
    assertThat(sqlrs.store().resolve("builds")).isEmptyDirectory();
    assertThat(sqlrs.store().resolve("instances")).isEmptyDirectory();
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(directory.toString());
  }

  @Test
  void an_instance_survives_the_death_of_the_engine_and_keeps_its_dsn() throws Exception {
    sqlrs.write("s.sql", "create table t (i int);\n");
    String dsn = sqlrs.run("prepare:psql", "--name", "dev", "--", "-f", "s.sql").succeeded().dsn();
    String direct = sqlrs.run("start", "dev", "--direct").succeeded().dsn();
    PrepareIT.select(dsn, "insert into t values (5) returning i");
    long dead = sqlrs.serverPid();

    ProcessHandle.of(dead).orElseThrow().destroyForcibly();
    await().atMost(PATIENCE).until(() -> ProcessHandle.of(dead).isEmpty());

    assertThat(PrepareIT.select(direct, "select i from t")).isEqualTo("5");
    assertThat(sqlrs.query("dev", "postgres", "select i from t")).isEqualTo("5");
    assertThat(PrepareIT.select(dsn, "select i from t")).isEqualTo("5");
    assertThat(sqlrs.serverPid()).isNotEqualTo(dead);
    assertThat(
            sqlrs
                .run("prepare:psql", "--name", "dev", "--reuse", "--", "-f", "s.sql")
                .succeeded()
                .dsn())
        .isEqualTo(dsn);
  }

  @Test
  void a_crashed_postgres_is_noticed_and_started_again_when_it_is_used() throws Exception {
    JsonNode instance = sqlrs.prepare("-c", "create table t as select 3 i");
    String id = instance.get("instance_id").asText();
    long postmaster =
        sqlrs
            .run("--output", "json", "ls", "--instances")
            .succeeded()
            .json()
            .at("/instances/0/pid")
            .asLong();

    ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
    await().atMost(PATIENCE).until(() -> status(id).equals("crashed"));

    assertThat(sqlrs.query(id, "postgres", "select i from t")).isEqualTo("3");
    assertThat(status(id)).isEqualTo("running");
  }

  @Test
  void a_job_survives_the_death_of_its_client() throws Exception {
    sqlrs.write("s.sql", "select pg_sleep(1); create table t (i int);\n");
    Process client = sqlrs.start("prepare:psql", "--", "-f", "s.sql");
    await().atMost(PATIENCE).until(() -> sqlrs.psqlRuns("s.sql"));
    client.destroyForcibly();

    await()
        .atMost(PATIENCE)
        .until(() ->
            sqlrs
                .run("--output", "json", "ls", "--jobs")
                .json()
                .at("/jobs/0/status")
                .asText()
                .equals("succeeded"));
  }

  private String status(String id) {
    for (JsonNode instance :
        sqlrs.run("--output", "json", "ls", "--instances").succeeded().json().get("instances")) {
      if (instance.get("instance_id").asText().equals(id)) {
        return instance.get("status").asText();
      }
    }
    return "gone";
  }
}
