package io.taidon.engine.liquibase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.postgres.TestClusters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiquibaseRunTest {

  @Test
  void pieces_leave_what_a_plain_update_leaves() throws Exception {
    Changelogs shop = Changelogs.shop();
    LiquibasePlan plan = shop.plan("update", "--contexts", "demo", "-Ddemo.customers=7");
    int all = plan.steps().size();
    try (Database plain = Database.fresh();
        Database pieces = Database.fresh();
        LiquibaseRun run = shop.steps.run(plan)) {
      PlainLiquibase.update(shop.root, plain, "demo", "demo.customers=7");
      List<String> ran = new ArrayList<>();
      for (int from = 0; from < all; from += 9) {
        run.apply(
            from,
            Math.min(all, from + 9),
            pieces.target(),
            (step, outcome) -> ran.add(step.index() + " " + outcome));
        assertThat(pieces.locked()).isFalse();
      }

      assertThat(ran).hasSize(all).contains("0 EXECUTED", "12 MARK_RAN");
      assertThat(pieces.history()).isEqualTo(plain.history()).hasSize(all);
      assertThat(pieces.one("SELECT count(*) FROM customer_order")).isEqualTo("7");
      assertThat(pieces.one("SELECT description FROM product WHERE sku = 'M-001'"))
          .startsWith("Scale");
      assertThat(pieces.one("SELECT price FROM product WHERE sku = 'G-001'")).isEqualTo("22.00");
      String products = "SELECT * FROM product ORDER BY id";
      assertThat(pieces.query(products)).isEqualTo(plain.query(products)).hasSize(5);
      assertThat(PlainLiquibase.unrun(shop.root, pieces, "demo", "demo.customers=7"))
          .as("what Liquibase's own status would still run, runAlways apart")
          .containsExactly("44");
    }
  }

  @Test
  void a_chain_resumed_at_any_place_is_the_same() throws Exception {
    Changelogs some = Changelogs.empty();
    some.file(
        "c.sql",
        """
        --liquibase formatted sql
        --changeset a:1
        create table t (i int);
        --changeset a:2
        insert into t values (1);
        --changeset a:3 runInTransaction:false
        vacuum t;
        --changeset a:4
        insert into t select i + 1 from t;
        """);
    LiquibasePlan plan = some.plan("update", "--changelog-file=c.sql");
    List<Object> histories = new ArrayList<>();
    for (int cut = 1; cut <= 3; cut++) {
      try (Database database = Database.fresh()) {
        for (int[] piece : new int[][] {{0, cut}, {cut, 4}}) {
          try (LiquibaseRun run = some.steps.run(plan)) {
            run.apply(piece[0], piece[1], database.target(), (step, outcome) -> {});
          }
        }
        assertThat(database.one("select sum(i) from t")).isEqualTo("3");
        histories.add(database.history());
      }
    }
    assertThat(histories).allMatch(histories.getFirst()::equals);
  }

  /** A state is taken there: whoever starts from one that says locked would wait for ever. */
  @Test
  void between_pieces_of_one_run_the_lock_is_free_and_the_history_complete() throws Exception {
    Changelogs some = Changelogs.empty();
    some.file(
        "c.sql",
        """
        --liquibase formatted sql
        --changeset a:1
        create table t (i int);
        --changeset a:2
        insert into t values (1);
        --changeset a:3
        insert into t select i + 1 from t;
        """);
    LiquibasePlan plan = some.plan("update", "--changelog-file=c.sql");
    try (Database database = Database.fresh();
        LiquibaseRun run = some.steps.run(plan)) {
      for (int done = 1; done <= 3; done++) {
        run.apply(done - 1, done, database.target(), (step, outcome) -> {});
        assertThat(database.locked()).isFalse();
        assertThat(
                database.one(
                    "select string_agg(id, ' ' order by orderexecuted) from databasechangelog"))
            .isEqualTo("1 2 3".substring(0, 2 * done - 1));
        assertThat(database.one("select max(orderexecuted) from databasechangelog"))
            .isEqualTo(Integer.toString(done));
      }
      assertThat(database.one("select sum(i) from t")).isEqualTo("3");
    }
  }

  @Test
  void a_server_may_be_restarted_between_pieces() throws Exception {
    Changelogs some = Changelogs.empty();
    some.file(
        "c.sql",
        """
        --liquibase formatted sql
        --changeset a:1
        create table t (i int);
        --changeset a:2
        insert into t values (2);
        """);
    LiquibasePlan plan = some.plan("update", "--changelog-file=c.sql");
    Path data = TestClusters.cluster(17);
    try (LiquibaseRun run = some.steps.run(plan)) {
      try (Database first = Database.on(data)) {
        run.apply(0, 1, first.target(), (step, outcome) -> {});
        assertThat(first.stopCleanly()).isTrue();
      }
      try (Database second = Database.on(data)) {
        run.apply(1, 2, second.target(), (step, outcome) -> {});
        assertThat(second.one("select i from t")).isEqualTo("2");
        assertThat(second.locked()).isFalse();
      }
    }
  }

  @Test
  void a_failure_names_file_changeset_author_state_and_statement() throws Exception {
    Changelogs some = Changelogs.empty();
    some.file(
        "db/002.sql",
        """
        --liquibase formatted sql
        --changeset ann:41
        create table t (i int);
        --changeset ann:42
        insert into x values (1);
        --changeset ann:43
        insert into t values (1);
        """);
    LiquibasePlan plan = some.plan("update", "--changelog-file", "db/002.sql");
    try (Database database = Database.fresh();
        LiquibaseRun run = some.steps.run(plan)) {
      List<Integer> ran = new ArrayList<>();
      TaidonException failure =
          catchThrowableOfType(
              TaidonException.class,
              () -> run.apply(0, 3, database.target(), (step, outcome) -> ran.add(step.index())));

      assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_FAILED);
      assertThat(failure.sentence())
          .isEqualTo("db/002.sql::42::ann: relation \"x\" does not exist (SQLSTATE 42P01)");
      assertThat(failure.details())
          .containsEntry("file", "db/002.sql")
          .containsEntry("changeset", "42")
          .containsEntry("author", "ann")
          .containsEntry("sqlstate", "42P01")
          .containsEntry("statement", "insert into x values (1)");
      assertThat(ran).containsExactly(0);
      assertThat(database.locked()).isFalse();
      assertThat(database.history()).hasSize(1);

      some.replace("db/002.sql", "insert into x", "insert into t");
      LiquibasePlan repaired = some.plan("update", "--changelog-file", "db/002.sql");
      assertThat(repaired.steps().getFirst()).isEqualTo(plan.steps().getFirst());
      try (LiquibaseRun again = some.steps.run(repaired)) {
        again.apply(1, 3, database.target(), (step, outcome) -> {});
      }
      assertThat(database.one("select count(*) from t")).isEqualTo("2");
    }
  }

  @Test
  void preconditions_of_the_changelog_are_checked_once() throws Exception {
    Changelogs some = Changelogs.empty();
    some.xml(
        "c.xml",
        """
        <preConditions><not><tableExists tableName="t"/></not></preConditions>
        <changeSet id="1" author="a"><sql>create table t (i int)</sql></changeSet>
        <changeSet id="2" author="a"><preConditions onFail="CONTINUE"><tableExists tableName="u"/></preConditions>
          <sql>drop table u</sql></changeSet>
        <changeSet id="3" author="a" failOnError="false"><sql>insert into nowhere values (1)</sql></changeSet>
        <changeSet id="4" author="a"><sql>insert into t values (4)</sql></changeSet>
        """);
    LiquibasePlan plan = some.plan("update", "--changelog-file", "c.xml");
    try (Database database = Database.fresh();
        LiquibaseRun run = some.steps.run(plan)) {
      for (int i = 0; i < 4; i++) {
        run.apply(i, i + 1, database.target(), (step, outcome) -> {});
      }
      assertThat(database.one("select string_agg(id, ',') from databasechangelog"))
          .startsWith("1")
          .endsWith("4");

      TaidonException failure =
          catchThrowableOfType(
              TaidonException.class,
              () -> run.apply(0, 1, database.target(), (step, outcome) -> {}));
      assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_FAILED);
      assertThat(failure.sentence()).contains("c.xml").contains("recondition");
      assertThat(database.locked()).isFalse();
    }
  }

  @Test
  void a_file_that_changes_while_its_changeset_runs_is_noticed() throws Exception {
    Changelogs shop = Changelogs.shop();
    LiquibasePlan plan = shop.plan("update");
    try (Database database = Database.fresh();
        LiquibaseRun run = shop.steps.run(plan)) {
      TaidonException failure =
          catchThrowableOfType(
              TaidonException.class,
              () ->
                  run.apply(
                      0,
                      2,
                      database.target(),
                      (step, outcome) ->
                          shop.file("db/changelog/data/prices.csv", "sku,price\nB-001,1.00\n")));
      assertThat(failure.code()).isEqualTo(ErrorCode.INPUT_CHANGED);
      assertThat(failure.sentence()).contains("prices.csv");
    }
    TaidonException late = catchThrowableOfType(TaidonException.class, () -> shop.steps.run(plan));
    assertThat(late.code()).isEqualTo(ErrorCode.INPUT_CHANGED);
  }
}
