package io.taidon.engine.psql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real psql against a real server. */
class PsqlRunnerTest {
  private static final List<TestServer> SERVERS = new ArrayList<>();

  @TempDir Path temp;
  private Scripts scripts;
  private final List<OutputLine> output = Collections.synchronizedList(new ArrayList<>());
  private final ClientTools tools = ClientTools.ofThisMachine(ClientTools.Configured.NONE);
  private final PsqlRunner runner = new PsqlRunner(tools.find(ClientTools.Tool.PSQL));

  @BeforeAll
  static void startServer() throws IOException, InterruptedException {
    SERVERS.add(TestServer.start());
  }

  @AfterAll
  static void stopServer() throws IOException, InterruptedException {
    for (TestServer server : SERVERS) {
      server.close();
    }
  }

  @BeforeEach
  void makeWorkspace() throws IOException {
    scripts = new Scripts(temp.toRealPath());
  }

  @ParameterizedTest
  @EnumSource
  void psqlReadsTheFilesThatWereFound(TrickyScripts tricky) {
    Scripts tried = tricky.in(scripts.root());
    if (tricky.fails()) {
      tried.file("main.sql", "\\echo \n");
    }
    run(tried.step("-f", "main.sql"));

    assertThat(included()).isEqualTo(tricky.included());
  }

  /** Errors do not stop these scripts, so psql gets to the end of any of them. */
  @Test
  void psqlReadsTheFilesThatWereFoundInGeneratedScripts() {
    String[] pieces = {
      "'",
      "''",
      "\"",
      "$$",
      "$a$",
      "$1",
      "/*",
      "*/",
      "--",
      "\n",
      "\n",
      ";",
      "(",
      ")",
      "\\;",
      "e'",
      "E'\\''",
      "U&'",
      "b'",
      "n",
      "x$",
      "1",
      "::",
      ":v",
      ":'v'",
      ":q",
      ":",
      " ",
      "select ",
      "\\i a.sql\n",
      "\\i b.sql \\\\ ",
      "\\i 'c.sql'\n",
      "\\ir sub/c.sql\n",
      "\\g\n",
      "\\r\n",
      "\\if true\n",
      "\\if 0\n",
      "\\else\n",
      "\\endif\n",
      "\\set v '\"'\n",
      "\\unset q\n",
    };
    Random random = new Random(11);
    Scripts tried = TrickyScripts.PLAIN.in(scripts.root());
    for (int i = 0; i < 80; i++) {
      StringBuilder script = new StringBuilder("\\set ON_ERROR_STOP off\n\\set q '\\''\n");
      for (int piece = random.nextInt(40); piece >= 0; piece--) {
        script.append(pieces[random.nextInt(pieces.length)]);
      }
      tried.file("main.sql", script.toString());
      PsqlStep step = tried.step("-f", "main.sql");
      output.clear();
      try {
        run(step);
      } catch (TaidonException endsInAnError) {
        assertThat(endsInAnError.code()).isEqualTo(ErrorCode.SCRIPT_FAILED);
      }
      // After a command that psql does not know it drops the line, and a prepare would have
      // stopped.
      if (lines(OutputLine.Stream.STDERR).stream().noneMatch(PsqlRunnerTest::isCommandError)) {
        List<String> found =
            step.files().stream()
                .map(file -> tried.workspace().placeName(file.path()))
                .filter(name -> !name.equals("main.sql"))
                .map(name -> name.replace(".sql", ""))
                .sorted()
                .toList();
        assertThat(included()).as("%s", script).isEqualTo(found);
      }
    }
  }

  private static boolean isCommandError(String line) {
    return line.contains(": error: ");
  }

  @Test
  void failuresNameTheFileAndLineInTheWorkspace() {
    scripts.file("inc/b.sql", "select 1;\n\nselec 1;\n").file("m.sql", "\\i inc/b.sql\n");

    TaidonException failed = fails(ErrorCode.SCRIPT_FAILED, scripts.step("-f", "m.sql"));

    assertThat(failed.sentence())
        .isEqualTo("inc/b.sql:3: syntax error at or near \"selec\" (SQLSTATE 42601)");
    assertThat(failed.details())
        .containsEntry("file", "inc/b.sql")
        .containsEntry("line", "3")
        .containsEntry("sqlstate", "42601")
        .containsEntry("message", "syntax error at or near \"selec\"");
    assertThat(lines(OutputLine.Stream.STDERR)).noneMatch(line -> line.contains("LOCATION"));
  }

  @Test
  void failuresOfCommandsAndInputHaveTheirPlaceToo() throws IOException {
    assertThat(fails(ErrorCode.SCRIPT_FAILED, scripts.step("-c", "select 1/0")).sentence())
        .isEqualTo("-c \"select 1/0\": division by zero (SQLSTATE 22012)");
    scripts.file("m.sql", "\\cd sub\n\\i bad.sql\n").file("sub/bad.sql", "\n\\nope\n");
    assertThat(fails(ErrorCode.SCRIPT_FAILED, scripts.step("-fm.sql")).sentence())
        .isEqualTo("sub/bad.sql:2: invalid command \\nope");
    scripts.file("c.sql", "\\c nosuch\n");
    assertThat(fails(ErrorCode.SCRIPT_FAILED, scripts.step("-fc.sql")).sentence())
        .startsWith("c.sql:1: \\connect: ")
        .contains("\"nosuch\" does not exist");
    assertThat(fails(ErrorCode.SCRIPT_FAILED, piped("select 1;\nselec;\n")).sentence())
        .startsWith("standard input:2: syntax error");
    scripts.file("t.sql", "\\set VERBOSITY terse\nselect 1/0;\n");
    assertThat(fails(ErrorCode.SCRIPT_FAILED, scripts.step("-ft.sql")).sentence())
        .isEqualTo("t.sql:2: division by zero");
  }

  @Test
  void standardInputAndVariablesReachPsql() throws IOException {
    run(piped("select :'x' || '!';\ncreate temp table t(a int);\ncopy t from stdin;\n1\n\\.\n"));

    assertThat(lines(OutputLine.Stream.STDOUT)).contains("it's!", "COPY 1");
  }

  @Test
  void oneTransactionIsOneTransaction() {
    scripts.file("m.sql", "create table once (a int);\nselect 1/0;\n");
    fails(ErrorCode.SCRIPT_FAILED, scripts.step("-1", "-f", "m.sql"));
    output.clear();
    run(scripts.step("-qAt", "-c", "select to_regclass('once') is null"));

    assertThat(lines(OutputLine.Stream.STDOUT)).containsExactly("t");
  }

  @Test
  void noticesLoseWhatOnlyVerbosityAdds() {
    run(scripts.step("-c", "do $$ begin raise notice 'hello'; end $$"));

    assertThat(lines(OutputLine.Stream.STDERR)).containsExactly("NOTICE:  hello");
  }

  @Test
  void nothingIsInherited() {
    Target target = SERVERS.getFirst().target();
    assertThat(target.environment())
        .containsOnlyKeys(
            "HOME",
            "LANG",
            "PATH",
            "PGDATABASE",
            "PGHOST",
            "PGPORT",
            "PGUSER",
            "PSQL_HISTORY",
            "TZ");
  }

  @Test
  void aLongLineIsCut() {
    run(scripts.step("-qAt", "-c", "select repeat('x', 3000000)"));

    assertThat(lines(OutputLine.Stream.STDOUT)).singleElement().asString().hasSize(8193);
  }

  @Test
  void aLostServerIsNoFaultOfTheScript() {
    scripts.file("m.sql", "select 1;\nselect pg_terminate_backend(pg_backend_pid());\n");

    TaidonException lost = fails(ErrorCode.POSTGRES_FAILED, scripts.step("-fm.sql"));
    assertThat(lost.sentence()).startsWith("m.sql:2: psql has no connection").contains("terminat");
    assertThat(lost.details()).containsEntry("sqlstate", "57P01");

    Target nobody = new Target(temp.toString(), 5432, "postgres", "postgres");
    assertThatThrownBy(
            () -> runner.run(scripts.step("-c", "select 1"), nobody, scripts.root(), output::add))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_FAILED));
  }

  @Test
  void aKilledPsqlIsSaidToBeKilled() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = startSleeping(thrown);
    psqlChildren().forEach(ProcessHandle::destroyForcibly);
    thread.join();

    assertThat(thrown.get()).hasMessageContaining("killed by signal 9");
  }

  @Test
  void anInterruptKillsPsql() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = startSleeping(thrown);
    thread.interrupt();
    thread.join();

    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    await().until(() -> psqlChildren().isEmpty());
  }

  private Thread startSleeping(AtomicReference<Throwable> thrown) {
    PsqlStep step = scripts.step("-c", "select pg_sleep(600)");
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                run(step);
              } catch (RuntimeException e) {
                thrown.set(e);
              }
            });
    await().until(() -> !psqlChildren().isEmpty());
    return thread;
  }

  private List<ProcessHandle> psqlChildren() {
    try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
      return children.filter(child -> child.info().command().orElse("").endsWith("psql")).toList();
    }
  }

  @Test
  void userToolsGetTheirArgumentsAndGiveTheirExitCode() {
    ClientRun psql = new ClientRun(ClientTools.Tool.PSQL, runner.psql());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ClientRun.Listener listener =
        (stream, bytes) -> (stream == OutputLine.Stream.STDOUT ? out : err).writeBytes(bytes);

    int code =
        psql.run(
            List.of("-At", "-d", "template1", "-c", "select current_database()", "-c", "selec"),
            SERVERS.getFirst().target(),
            scripts.root(),
            Optional.empty(),
            listener);

    assertThat(code).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("template1\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("ERROR:  syntax error");
  }

  @Test
  void pgbenchRuns() {
    ClientRun pgbench =
        new ClientRun(ClientTools.Tool.PGBENCH, tools.find(ClientTools.Tool.PGBENCH));
    scripts.file("one.sql", "select :x;\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    int code =
        pgbench.run(
            List.of("-n", "-f", "one.sql", "-D", "x=1", "-t5", "-d", "template1"),
            SERVERS.getFirst().target(),
            scripts.root(),
            Optional.empty(),
            (stream, bytes) -> out.writeBytes(bytes));

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("actually processed: 5/5");
    assertThat(code).isZero();
  }

  private void run(PsqlStep step) {
    runner.run(step, SERVERS.getFirst().target(), scripts.root(), output::add);
    step.checkUnchanged();
  }

  private PsqlStep piped(String script) throws IOException {
    Path spool = Files.writeString(temp.resolve("spool"), script);
    return PsqlSteps.resolve(
            PsqlArguments.parse(List.of("-At", "-v", "x=it's", "-f", "-")),
            scripts.workspace(),
            Optional.of(spool),
            PsqlSteps.Limits.DEFAULT)
        .getFirst();
  }

  private TaidonException fails(ErrorCode code, PsqlStep step) {
    List<TaidonException> thrown = new ArrayList<>();
    assertThatThrownBy(() -> run(step))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).as(e.sentence()).isEqualTo(code);
              thrown.add(e);
            });
    return thrown.getFirst();
  }

  private List<String> included() {
    return lines(OutputLine.Stream.STDOUT).stream()
        .filter(line -> line.startsWith("included "))
        .map(line -> line.substring("included ".length()))
        .distinct()
        .sorted()
        .toList();
  }

  private List<String> lines(OutputLine.Stream stream) {
    return output.stream().filter(l -> l.stream() == stream).map(OutputLine::text).toList();
  }
}
