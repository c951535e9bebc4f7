package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.explain.MissReason;
import io.taidon.engine.ExplainView;
import io.taidon.engine.local.ExplainedEngine.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The causes that the real engine names: each row builds something with real PostgreSQL, psql or
 * Liquibase in a store that the rows share, changes one thing, and asks.
 */
class ExplainCausesTest {
  private static final String CHANGELOG =
      """
      --liquibase formatted sql

      --changeset ann:1
      create table ${prefix}_@one (i int);

      --changeset ann:2
      create table @two (i int);
      """;

  @TempDir static Path directory;
  private static ExplainedEngine explained;

  @BeforeAll
  static void open() throws IOException {
    explained = new ExplainedEngine(directory);
  }

  @AfterAll
  static void close() {
    explained.close();
  }

  /** What is done before the question, and the question. */
  private interface Story {
    ExplainView tell(Workspace at) throws Exception;
  }

  /**
   * @param said a part of the sentence; {@code @} stands for the row's own prefix
   */
  private record Row(String name, MissReason reason, String said, Story story) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row(
            "content of a script",
            MissReason.SCRIPT_CHANGED,
            "Step 1 (-f @a.sql) must run: script @a.sql changed since state",
            at ->
                at.write("@a.sql", "create table @a (i int);")
                    .psql("-f", "@a.sql")
                    .write("@a.sql", "create table @a (i bigint);")
                    .askPsql("-f", "@a.sql")),
        new Row(
            "nested include, two levels deep",
            MissReason.INCLUDE_CHANGED,
            "Step 2 (-f @b.sql) must run: included script sub/@deep.sql changed since",
            at ->
                at.write("@a.sql", "create table @a (i int);")
                    .write("@b.sql", "create table @b (i int);\n\\ir sub/@mid.sql\n")
                    .write("sub/@mid.sql", "\\ir @deep.sql\n")
                    .write("sub/@deep.sql", "create table @c (i int);")
                    .psql("-f", "@a.sql", "-f", "@b.sql")
                    .write("sub/@deep.sql", "create table @c (i bigint);")
                    .askPsql("-f", "@a.sql", "-f", "@b.sql")),
        new Row(
            "data file of \\copy",
            MissReason.DATA_FILE_CHANGED,
            "data file @u.csv changed since",
            at ->
                at.write("@a.sql", "create table @u (i int);\n\\copy @u from '@u.csv' csv\n")
                    .write("@u.csv", "1\n")
                    .psql("-f", "@a.sql")
                    .write("@u.csv", "1\n2\n")
                    .askPsql("-f", "@a.sql")),
        new Row(
            "value of a variable",
            MissReason.VARIABLE_CHANGED,
            "variable @n changed since",
            at ->
                at.write("@a.sql", "create table @v as select :@n as i;")
                    .psql("-v", "@n=1", "-f", "@a.sql")
                    .askPsql("-v", "@n=2", "-f", "@a.sql")),
        new Row(
            "variable added",
            MissReason.VARIABLE_ADDED,
            "variable @m was added since",
            at ->
                at.write("@a.sql", "create table @w (i int);")
                    .psql("-f", "@a.sql")
                    .askPsql("-v", "@m=2", "-f", "@a.sql")),
        new Row(
            "flag",
            MissReason.OPTION_CHANGED,
            "--single-transaction changed from \"off\" to \"on\" since",
            at ->
                at.write("@a.sql", "create table @t (i int);")
                    .psql("-f", "@a.sql")
                    .askPsql("-1", "-f", "@a.sql")),
        new Row(
            "standard input",
            MissReason.STDIN_CHANGED,
            "Step 2 (-f -) must run: standard input changed since",
            at ->
                at.write("@a.sql", "create table @s (i int);")
                    .stdin("insert into @s values (1);")
                    .psql("-f", "@a.sql", "-f", "-")
                    .stdin("insert into @s values (2);")
                    .askPsql("-f", "@a.sql", "-f", "-")),
        new Row(
            "step inserted",
            MissReason.STEP_INSERTED,
            "Step 2 (-f @b.sql) must run: the step was inserted since",
            at ->
                at.three()
                    .psql("-f", "@a.sql", "-f", "@c.sql")
                    .askPsql("-f", "@a.sql", "-f", "@b.sql", "-f", "@c.sql")),
        new Row(
            "step removed",
            MissReason.STEP_REMOVED,
            "Step 2 (-f @c.sql) must run: the step -f @b.sql before it was removed since",
            at ->
                at.three()
                    .psql("-f", "@a.sql", "-f", "@b.sql", "-f", "@c.sql")
                    .askPsql("-f", "@a.sql", "-f", "@c.sql")),
        new Row(
            "steps reordered",
            MissReason.STEP_MOVED,
            "was moved since",
            at ->
                at.three()
                    .psql("-f", "@a.sql", "-f", "@b.sql", "-f", "@c.sql")
                    .askPsql("-f", "@a.sql", "-f", "@c.sql", "-f", "@b.sql")),
        new Row(
            "another major version",
            MissReason.ENGINE_MAJOR_CHANGED,
            "PostgreSQL changed from 17.",
            at -> at.three().psql("-f", "@a.sql").onMajor(18).askPsql("-f", "@a.sql")),
        new Row(
            "evicted by pressure",
            MissReason.EVICTED_PRESSURE,
            "because the cache was above its high watermark.",
            at -> {
              at.three().psql("-f", "@a.sql", "-f", "@b.sql");
              String state = at.askPsql("-f", "@a.sql", "-f", "@b.sql").cache().stateId();
              return at.evict(state, EvictionReason.USAGE_ABOVE_HIGH_WATERMARK)
                  .askPsql("-f", "@a.sql", "-f", "@b.sql");
            }),
        new Row(
            "evicted after the retention time",
            MissReason.EVICTED_TTL,
            "because it was not used for the retention time.",
            at -> {
              at.three().psql("-f", "@a.sql");
              String state = at.askPsql("-f", "@a.sql").cache().stateId();
              return at.evict(state, EvictionReason.EXPIRED).askPsql("-f", "@a.sql");
            }),
        new Row(
            "removed by rm",
            MissReason.REMOVED,
            "because somebody removed it (`sqlrs rm`).",
            at -> {
              at.three().psql("-f", "@a.sql");
              String state = at.askPsql("-f", "@a.sql").cache().stateId();
              assertThat(explained.engine().deleteState(state, true, true, false).outcome())
                  .isEqualTo("deleted");
              return at.askPsql("-f", "@a.sql");
            }),
        new Row(
            "never built",
            MissReason.NEVER_BUILT,
            "Step 2 (-f @b.sql) must run: it was never built on top of state",
            at -> at.three().psql("-f", "@a.sql").askPsql("-f", "@a.sql", "-f", "@b.sql")),
        new Row(
            "changeset edited",
            MissReason.CHANGESET_CHANGED,
            "Step 2 (@log.sql::2::ann) must run: the changeset changed",
            at ->
                at.write("@log.sql", CHANGELOG)
                    .liquibase("update", "--changelog-file", "@log.sql", "-Dprefix=a")
                    .write("@log.sql", CHANGELOG.replace("two (i int)", "two (i bigint)"))
                    .askLiquibase("update", "--changelog-file", "@log.sql", "-Dprefix=a")),
        new Row(
            "changeset inserted",
            MissReason.STEP_INSERTED,
            "Step 2 (@log.sql::1b::ann) must run: the step was inserted",
            at ->
                at.write("@log.sql", CHANGELOG)
                    .liquibase("update", "--changelog-file", "@log.sql", "-Dprefix=a")
                    .write(
                        "@log.sql",
                        CHANGELOG.replace(
                            "--changeset ann:2",
                            "--changeset ann:1b\ncreate table @x (i int);\n\n--changeset ann:2"))
                    .askLiquibase("update", "--changelog-file", "@log.sql", "-Dprefix=a")),
        new Row(
            "changelog parameter",
            MissReason.PARAMETER_CHANGED,
            "Step 1 (@log.sql::1::ann) must run: changelog parameter prefix changed",
            at ->
                at.write("@log.sql", CHANGELOG)
                    .liquibase("update", "--changelog-file", "@log.sql", "-Dprefix=a")
                    .askLiquibase("update", "--changelog-file", "@log.sql", "-Dprefix=b")),
        new Row(
            "contexts",
            MissReason.CONTEXTS_CHANGED,
            "the contexts changed from none to \"test\"",
            at ->
                at.write("@log.sql", CHANGELOG)
                    .liquibase("update", "--changelog-file", "@log.sql", "-Dprefix=a")
                    .askLiquibase(
                        "update",
                        "--changelog-file",
                        "@log.sql",
                        "--contexts",
                        "test",
                        "-Dprefix=a")),
        new Row(
            "labels",
            MissReason.LABELS_CHANGED,
            "the labels changed from none to \"fast\"",
            at ->
                at.write("@log.sql", CHANGELOG)
                    .liquibase("update", "--changelog-file", "@log.sql", "-Dprefix=a")
                    .askLiquibase(
                        "update",
                        "--changelog-file",
                        "@log.sql",
                        "--label-filter",
                        "fast",
                        "-Dprefix=a")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void namesTheCause(Row row) throws Exception {
    Workspace at = explained.workspace(row.name());

    ExplainView answer = row.story().tell(at);

    assertThat(answer.sentence()).contains(at.own(row.said()));
    assertThat(answer.reasonCode()).isEqualTo(row.reason().wireName());
    assertThat(answer.decision()).isEqualTo("miss");
    assertThat(answer.rebuild().stepsToRun()).isPositive();
  }
}
