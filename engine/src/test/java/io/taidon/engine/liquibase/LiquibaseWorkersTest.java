package io.taidon.engine.liquibase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class LiquibaseWorkersTest {
  private static final String SLEEPY =
      """
      --liquibase formatted sql
      --changeset a:1
      create table t (i int);
      --changeset a:2
      select pg_sleep(3600);
      """;
  private static final String SLEEPS =
      "select count(*) from pg_stat_activity where query like 'select pg_sleep(3600)%' and state ="
          + " 'active'";

  @Test
  void a_worker_is_used_again_and_ends_when_idle() throws IOException {
    try (LiquibaseWorkers workers =
        new LiquibaseWorkers(WorkerCommand.ofThisProcess(), 1, Duration.ofMillis(300))) {
      Changelogs some = Changelogs.emptyWith(workers).file("c.sql", SLEEPY);
      LiquibasePlan plan = some.plan("update", "--changelog-file", "c.sql");
      long first;
      try (LiquibaseRun run = some.steps.run(plan)) {
        first = run.workerPid();
      }
      try (LiquibaseRun run = some.steps.run(plan)) {
        assertThat(run.workerPid()).isEqualTo(first);
      }
      await().until(() -> workers.processes() == 0);
      await().until(() -> !alive(first));
    }
  }

  @Test
  void a_crash_is_told_and_the_next_job_gets_another_worker() throws Exception {
    Changelogs some = Changelogs.empty().file("c.sql", SLEEPY);
    LiquibasePlan plan = some.plan("update", "--changelog-file", "c.sql");
    try (Database database = Database.fresh()) {
      long pid;
      try (LiquibaseRun run = some.steps.run(plan)) {
        pid = run.workerPid();
        Thread killer =
            Thread.ofVirtual()
                .start(() -> {
                  await().until(() -> !database.one(SLEEPS).equals("0"));
                  ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                });
        TaidonException failure =
            catchThrowableOfType(
                TaidonException.class,
                () -> run.apply(0, 2, database.target(), (step, outcome) -> {}));
        killer.join();
        assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(failure.sentence()).contains("worker ended");
      }
      try (LiquibaseRun run = some.steps.run(plan)) {
        assertThat(run.workerPid()).isNotEqualTo(pid);
      }
    }
  }

  @Test
  void an_interrupt_ends_the_worker() throws Exception {
    Changelogs some = Changelogs.empty().file("c.sql", SLEEPY);
    LiquibasePlan plan = some.plan("update", "--changelog-file", "c.sql");
    try (Database database = Database.fresh()) {
      AtomicReference<TaidonException> failure = new AtomicReference<>();
      AtomicReference<Long> pid = new AtomicReference<>(0L);
      Thread job =
          Thread.ofVirtual()
              .start(() -> {
                try (LiquibaseRun run = some.steps.run(plan)) {
                  pid.set(run.workerPid());
                  run.apply(0, 2, database.target(), (step, outcome) -> {});
                } catch (TaidonException e) {
                  failure.set(e);
                }
              });
      await().until(() -> !database.one(SLEEPS).equals("0"));
      job.interrupt();
      job.join();
      assertThat(failure.get().code()).isEqualTo(ErrorCode.CANCELLED);
      await().until(() -> !alive(pid.get()));
    }
  }

  @Test
  void a_worker_that_loses_its_server_ends() throws Exception {
    WorkerCommand command = WorkerCommand.ofThisProcess();
    Process orphan = new ProcessBuilder(command.words(java.util.List.of())).start();
    try {
      orphan.getOutputStream().close();
      assertThat(orphan.waitFor()).isZero();
    } finally {
      orphan.destroyForcibly();
    }
  }

  @Test
  void no_parameter_is_on_the_command_line() {
    assertThat(WorkerCommand.ofThisProcess().words(java.util.List.of()))
        .noneMatch(word -> word.contains("assword"));
  }

  @Test
  void a_custom_change_runs_with_its_jar_whose_content_counts() throws Exception {
    Changelogs some = Changelogs.empty();
    some.xml(
        "c.xml",
        "<changeSet id='1' author='a'><sql>create table t (i int)</sql></changeSet>"
            + "<changeSet id='2' author='a'><customChange class='example.Five'/></changeSet>");
    String[] args = {"update", "--changelog-file", "c.xml", "--extension-jar", "five.jar"};
    jar(some.root, 5);
    LiquibasePlan plan = some.plan(args);
    try (Database database = Database.fresh();
        LiquibaseRun run = some.steps.run(plan)) {
      run.apply(0, 2, database.target(), (step, outcome) -> {});
      assertThat(database.one("select i from t")).isEqualTo("5");
    }
    jar(some.root, 6);
    assertThat(Changelogs.hashes(some.plan(args)))
        .doesNotContainAnyElementsOf(Changelogs.hashes(plan));
  }

  private static void jar(Path root, int number) throws IOException {
    Path source = root.resolve("src/example/Five.java");
    Files.createDirectories(source.getParent());
    Files.writeString(
        source,
        """
        package example;
        import liquibase.change.custom.CustomSqlChange;
        import liquibase.database.Database;
        import liquibase.exception.ValidationErrors;
        import liquibase.resource.ResourceAccessor;
        import liquibase.statement.SqlStatement;
        import liquibase.statement.core.RawSqlStatement;
        public class Five implements CustomSqlChange {
          public SqlStatement[] generateStatements(Database database) {
            return new SqlStatement[] {new RawSqlStatement("insert into t values (NUMBER)")};
          }
          public String getConfirmationMessage() { return "done"; }
          public void setUp() {}
          public void setFileOpener(ResourceAccessor resources) {}
          public ValidationErrors validate(Database database) { return new ValidationErrors(); }
        }
        """
            .replace("NUMBER", Integer.toString(number)));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", root + "/classes", source.toString());
    assertThat(failed).isZero();
    try (OutputStream out = Files.newOutputStream(root.resolve("five.jar"));
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new JarEntry("example/Five.class"));
      jar.write(Files.readAllBytes(root.resolve("classes/example/Five.class")));
    }
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }
}
