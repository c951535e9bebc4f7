package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changelogs as users prepare them. */
class LiquibaseIT {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("user.dir"), "..", "examples", "liquibase-shop").normalize();

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
  void the_example_prepares_without_naming_its_changelog_and_then_comes_from_the_cache()
      throws IOException {
    copyExample(sqlrs.workspace());
    JsonNode first = prepare("update");
    assertThat(first.get("steps_run").asInt())
        .isEqualTo(first.get("steps_total").asInt())
        .isGreaterThan(40);
    String id = first.get("instance_id").asText();
    assertThat(sqlrs.query(id, "postgres", "select count(*) from databasechangelog"))
        .isEqualTo(first.get("steps_total").asText());
    assertThat(sqlrs.query(id, "postgres", "select locked from databasechangeloglock"))
        .isEqualTo("f");

    sqlrs.run("server", "stop").succeeded();
    JsonNode again = prepare("update");
    assertThat(again.get("cached").asBoolean()).isTrue();
    assertThat(again.get("state_id")).isEqualTo(first.get("state_id"));
    assertThat(sqlrs.processesOfStore())
        .as("no worker was needed")
        .noneMatch(p -> p.contains("LiquibaseWorker"));
  }

  @Test
  void ids_do_not_depend_on_the_folder() throws IOException {
    Path moved = Files.createDirectories(sqlrs.workspace().resolve("moved/deep"));
    copyExample(sqlrs.workspace());
    copyExample(moved);
    String here = plan(sqlrs.workspace());
    assertThat(plan(moved)).isEqualTo(here);
  }

  @Test
  void editing_one_changeset_runs_it_and_those_after_it() throws IOException {
    writeChangelog("int");
    assertThat(prepare("--changelog-file", "log.sql").get("steps_run").asInt()).isEqualTo(3);
    writeChangelog("bigint");
    assertThat(prepare("--changelog-file", "log.sql").get("steps_run").asInt()).isEqualTo(2);
  }

  @Test
  void the_composite_runs_a_query_on_a_changelog() throws IOException {
    writeChangelog("int");
    Sqlrs.Result run =
        sqlrs
            .run(
                "prepare:lb",
                "--",
                "update",
                "--changelog-file",
                "log.sql",
                "run:psql",
                "--",
                "-At",
                "-c",
                "select count(*) from databasechangelog")
            .succeeded();
    assertThat(run.stdout()).isEqualTo("3\n");
  }

  @Test
  void mistakes_name_the_changelog_the_changeset_and_the_place() throws IOException {
    sqlrs.write(
        "bad.sql",
        "--liquibase formatted sql\n\n--changeset ann:1\ncreate table t (i int);\n\n--changeset ann:2\nselec 1;\n");
    lb("update", "--changelog-file", "bad.sql")
        .failedWith(1, "script_failed", "bad.sql", "2", "ann", "42601");
    lb("update", "--changelog-file", "absent.xml").failedWith(1, "file_not_found", "absent.xml");
    lb("update", "--url", "jdbc:postgresql://db/x", "--changelog-file", "bad.sql")
        .failedWith(2, "connection_option_refused", "--url");

    sqlrs.write(
        "bomb.xml",
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><databaseChangeLog>&b;</databaseChangeLog>\n");
    lb("update", "--changelog-file", "bomb.xml").failedWith(1, "bomb.xml");

    sqlrs.write(
        "bad.sql",
        "--liquibase formatted sql\n\n--changeset ann:1\ncreate table t (i int);\n\n--changeset ann:2\nselect 1;\n");
    assertThat(prepare("--changelog-file", "bad.sql").get("steps_run").asInt())
        .as("the first was kept")
        .isEqualTo(1);
  }

  private void writeChangelog(String type) throws IOException {
    sqlrs.write(
        "log.sql",
        """
        --liquibase formatted sql

        --changeset ann:1
        create table one (i int);

        --changeset ann:2
        create table two (i %s);

        --changeset ann:3
        create table three (i int);
        """
            .formatted(type));
  }

  private Sqlrs.Result lb(String... args) {
    List<String> all = new ArrayList<>(List.of("prepare:lb", "--"));
    all.addAll(List.of(args));
    return sqlrs.run(all.toArray(String[]::new));
  }

  private JsonNode prepare(String... args) {
    List<String> all = new ArrayList<>(List.of("--output", "json", "prepare:lb", "--"));
    all.addAll(List.of(args));
    return sqlrs.run(all.toArray(String[]::new)).succeeded().json();
  }

  private String plan(Path folder) {
    return Sqlrs.await(
            sqlrs.startIn(folder, "--workspace", folder.toString(), "--output", "json", "plan:lb"))
        .succeeded()
        .json()
        .get("state_id")
        .asText();
  }

  private static void copyExample(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(EXAMPLE.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }
}
