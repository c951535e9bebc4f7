package io.taidon.engine.psql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PsqlStepsTest {
  @TempDir Path temp;
  private Scripts scripts;

  @BeforeEach
  void makeWorkspace() throws IOException {
    scripts = new Scripts(Files.createDirectory(temp.resolve("w")));
  }

  @ParameterizedTest
  @EnumSource
  void findsTheFilesThatPsqlReads(TrickyScripts tricky) {
    Scripts tried = tricky.in(scripts.root());
    if (tricky.fails()) {
      assertFailure(ErrorCode.FILE_NOT_FOUND, "main.sql:1", () -> tried.step("-f", "main.sql"));
      return;
    }
    List<String> expected = new ArrayList<>(List.of("main.sql"));
    tricky.included().forEach(name -> expected.add(name + ".sql"));
    expected.addAll(tricky.others());
    expected.sort(null);
    assertThat(tried.files("-f", "main.sql")).isEqualTo(expected);
  }

  @Test
  void eachInputIsAStep() {
    scripts.file("a.sql", "select 1;").file("b.sql", "\\i a.sql");

    List<PsqlStep> steps = scripts.resolve("-f", "a.sql", "-c", "select 2", "-f", "b.sql", "-1");

    assertThat(steps)
        .extracting(step -> step.input().label())
        .containsExactly("-f a.sql", "-c \"select 2\"", "-f b.sql");
    assertThat(steps).extracting(step -> step.files().size()).containsExactly(1, 0, 2);
  }

  @Test
  void theHashDependsOnContentAndNotOnNames() throws IOException {
    scripts.file("a/main.sql", "\\ir part.sql\n\\copy t from 'a/d.csv' csv\n");
    scripts.file("a/part.sql", "select 1;").file("a/d.csv", "1,2");
    String hash = scripts.hash("-f", "a/main.sql");

    Path moved = temp.resolve("elsewhere");
    Files.move(scripts.root(), moved);
    assertThat(new Scripts(moved).hash("-f", moved + "/a/main.sql")).isEqualTo(hash);

    Scripts renamed = new Scripts(Files.createDirectory(temp.resolve("r")));
    renamed.file("m.sql", "\\include   'p.sql'\n\\copy t from e.csv csv\n");
    renamed.file("p.sql", "select 1;").file("e.csv", "1,2");
    assertThat(renamed.hash("-f", "m.sql")).isEqualTo(hash);

    assertThat(renamed.file("e.csv", "1,3").hash("-f", "m.sql")).isNotEqualTo(hash);
    renamed.file("e.csv", "1,2").file("p.sql", "select 2;");
    assertThat(renamed.hash("-f", "m.sql")).isNotEqualTo(hash);
  }

  @Test
  void theHashDependsOnVariablesAndFlagsThatMatter() {
    scripts.file("a.sql", "select 1;");
    String hash = scripts.hash("-f", "a.sql");

    assertThat(scripts.hash("-q", "-f", "./a.sql", "-v", "ON_ERROR_STOP=1")).isEqualTo(hash);
    assertThat(scripts.hash("-f", "a.sql", "-v", "x=1")).isNotEqualTo(hash);
    assertThat(scripts.hash("-f", "a.sql", "-v", "x=2"))
        .isNotEqualTo(scripts.hash("-f", "a.sql", "-v", "x=1"));
    assertThat(scripts.hash("-f", "a.sql", "-1")).isNotEqualTo(hash);
    assertThat(scripts.hash("-c", "select 1;")).isNotEqualTo(hash);
  }

  @Test
  void standardInputHashesLikeAScript() throws IOException {
    scripts.file("p.sql", "select 1;").file("a.sql", "\\ir p.sql\n");
    Path spool = Files.writeString(temp.resolve("spool"), "\\ir p.sql\n");

    PsqlStep step =
        PsqlSteps.resolve(
                PsqlArguments.parse(List.of("-f", "-")),
                scripts.workspace(),
                Optional.of(spool),
                PsqlSteps.Limits.DEFAULT)
            .getFirst();

    assertThat(step.input().hash().hex()).isEqualTo(scripts.hash("-f", "a.sql"));
    assertThat(step.stdin()).contains(spool);
  }

  @Test
  void aCommandIsSqlOrOneBackslashCommand() {
    scripts.file("a.sql", "select 1;").file("b.sql", "select 2;");

    assertThat(scripts.files("-c", "select 1; \\i a.sql")).isEmpty();
    assertThat(scripts.files("-c", "\\i a.sql \\i b.sql\n\\i missing.sql"))
        .containsExactly("a.sql");
    assertThat(scripts.files("-c", "\\i\na.sql")).containsExactly("a.sql");
    assertThat(scripts.files("-c", "\\lo_import 'a.sql'")).containsExactly("a.sql");
    assertFailure(
        ErrorCode.INVALID_SCRIPT, "-c:1: \\! runs a shell", () -> scripts.step("-c", "\\! ls"));
  }

  @Test
  void missingFilesAreNamedWithThePlace() {
    scripts.file("sub/a.sql", "select 1;\n\n\\ir b.sql\n").file("m.sql", "\\i sub/a.sql");

    TaidonException missing =
        assertFailure(
            ErrorCode.FILE_NOT_FOUND, "sub/a.sql:3: b.sql does not", () -> scripts.step("-fm.sql"));
    assertThat(missing.details())
        .containsEntry("file", "sub/a.sql")
        .containsEntry("line", "3")
        .containsEntry("path", "b.sql");
    assertFailure(ErrorCode.FILE_NOT_FOUND, "-f: x.sql", () -> scripts.step("-fx.sql"));
    scripts.file("q.sql", "\\i \"m.sql\"");
    assertThat(
            assertFailure(ErrorCode.FILE_NOT_FOUND, "q.sql:1", () -> scripts.step("-fq.sql"))
                .remedy())
        .hasValueSatisfying(remedy -> assertThat(remedy).contains("single quotes"));
  }

  @Test
  void aMissingFileInABranchThatMayNotBeTakenIsAbsent() throws IOException {
    scripts.file("m.sql", "select true as x \\gset\n\\if :x\n\\i opt.sql\n\\endif\n");
    PsqlStep without = scripts.step("-fm.sql");
    assertThat(without.absent()).hasSize(1);
    without.checkUnchanged();

    scripts.file("opt.sql", "select 1;");
    assertFailure(ErrorCode.INPUT_CHANGED, "opt.sql", without::checkUnchanged);
    assertThat(scripts.files("-fm.sql")).containsExactly("m.sql", "opt.sql");
    assertThat(scripts.hash("-fm.sql")).isNotEqualTo(without.input().hash().hex());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 'x' as d \\gset\n\\i :d/a.sql",
        "select 'x' as d \\gset p_\n\\i :p_d",
        "\\getenv d HOME\n\\i :d/a.sql",
        "\\i :DBNAME",
        "select 1 as y \\gset\n\\if :y\n\\set d a\n\\endif\n\\i :d",
        "select 1 as y \\gset\n\\if :y\n\\cd sub\n\\endif\n\\i a.sql",
        "\\i `echo a.sql`",
        "\\set x `date`",
        "\\if `true`\n\\endif",
        "\\! touch x",
        "\\o out.txt",
        "\\o |cat",
        "select 1 \\g out.txt",
        "select 1 \\g (format=csv) out.txt",
        "select 1 \\gx |cat",
        "\\w x.sql",
        "\\s hist",
        "\\copy t to 'x'",
        "\\copy (select ')' from t) to x",
        "\\copy t from program 'ls'",
        "\\COPY t from program 'ls'",
        "\\lo_export 1 x",
        "\\prompt x",
        "\\password",
        "\\e",
        "\\watch",
        "\\i ~/a.sql",
        "\\i -",
        "\\c db user otherhost",
        "\\c - - - 5433",
        "\\c postgresql://h/d",
        "\\c \"host=x dbname=y\"",
        "\\c -reuse-previous=on \"dbname='host=x'\"",
        "\\setenv PGHOST x",
        "\\set SINGLELINE on",
        "\\cd",
      })
  void refusesWhatIsNotRepeatable(String script) {
    scripts.file("m.sql", "\n" + script).file("sub/a.sql", "");
    TaidonException refused =
        assertFailure(ErrorCode.INVALID_SCRIPT, "m.sql:", () -> scripts.step("-fm.sql"));
    assertThat(refused.details()).containsKeys("file", "line");
    assertThat(refused.remedy()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\c db",
        "\\c db user",
        "\\c - user",
        "\\connect -reuse-previous=on \"dbname='a b'\"",
        "\\c",
        "\\c db user - -",
        "select 1 \\g",
        "select 1 \\g (format=csv)",
        "\\o",
        "\\copy t to stdout",
        "\\set SINGLELINE off",
        "\\pset format csv",
        "\\restrict abc",
        "\\H \\x",
        "\\setenv PAGER cat",
        "\\if false\n\\! ls\n\\i missing.sql\n\\endif",
        "\\foo",
        "\\copy",
        "\\i",
        "\\i 'unclosed",
        "\\",
        "\\endif",
        "\\else",
        "\\elif x",
        "\\gset",
        "\\ir"
      })
  void allowsTheRest(String script) {
    assertThat(scripts.file("m.sql", script).files("-fm.sql")).containsExactly("m.sql");
  }

  @Test
  void cyclesAreShownWithTheirLines() {
    scripts.file("m.sql", "\\i a.sql").file("a.sql", "\n\\i sub/b.sql");
    scripts.file("sub/b.sql", "\n\n\\ir ../a.sql");

    assertFailure(
        ErrorCode.INCLUDE_CYCLE, "a.sql:2 -> sub/b.sql:3 -> a.sql", () -> scripts.step("-fm.sql"));
  }

  @Test
  void nothingOutsideTheWorkspaceIsRead() throws IOException {
    Files.writeString(temp.resolve("out.sql"), "select 1;");
    Files.createSymbolicLink(scripts.root().resolve("link.sql"), temp.resolve("out.sql"));
    scripts.file("m.sql", "\\i link.sql").file("n.sql", "\n\\copy t from ../out.sql");

    TaidonException outside =
        assertFailure(ErrorCode.PATH_OUTSIDE_WORKSPACE, "m.sql:1", () -> scripts.step("-fm.sql"));
    assertThat(outside.remedy())
        .hasValueSatisfying(remedy -> assertThat(remedy).contains("--workspace"));
    assertFailure(ErrorCode.PATH_OUTSIDE_WORKSPACE, "n.sql:2", () -> scripts.step("-fn.sql"));
    assertFailure(
        ErrorCode.PATH_OUTSIDE_WORKSPACE, "-f: ", () -> scripts.step("-f", temp + "/out.sql"));
  }

  @Test
  void aLinkInsideTheWorkspaceIsFollowed() throws IOException {
    scripts.file("real.sql", "select 1;").file("m.sql", "\\i link.sql");
    Files.createSymbolicLink(scripts.root().resolve("link.sql"), Path.of("real.sql"));

    assertThat(scripts.files("-fm.sql")).containsExactly("m.sql", "real.sql");
  }

  @Test
  void onlyRegularFilesAreRead() throws Exception {
    Files.createDirectory(scripts.root().resolve("dir"));
    scripts.file("m.sql", "\\i dir").file("n.sql", "\\copy t from fifo");
    Process mkfifo = new ProcessBuilder("mkfifo", scripts.root() + "/fifo").start();
    assertThat(mkfifo.waitFor()).isZero();

    assertFailure(ErrorCode.FILE_UNREADABLE, "m.sql:1: dir is a directory", () -> step("m.sql"));
    assertFailure(ErrorCode.FILE_UNREADABLE, "n.sql:1: fifo is not", () -> step("n.sql"));
    assertFailure(ErrorCode.FILE_UNREADABLE, "-f: fifo is not", () -> step("fifo"));
  }

  @Test
  void onlyTextIsAScript() {
    scripts.file("nul.sql", "select 1;\n\nselect '\0';");
    scripts.file("dump.sql", "PGDMP\1\0\0");
    scripts.file("utf16.sql", "\ufeffselect 1;".getBytes(StandardCharsets.UTF_16LE));
    scripts.file("gz.sql", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});

    assertFailure(ErrorCode.INVALID_SCRIPT, "nul.sql:3: this is not a text", () -> step("nul.sql"));
    assertHint("dump.sql", "pg_restore");
    assertHint("utf16.sql", "UTF-16");
    assertHint("gz.sql", "gzip");
  }

  private void assertHint(String name, String word) {
    assertThat(assertFailure(ErrorCode.INVALID_SCRIPT, name, () -> step(name)).remedy())
        .hasValueSatisfying(remedy -> assertThat(remedy).contains(word));
  }

  @Test
  void totalBytesAreBounded() {
    scripts.file("a.sql", "x".repeat(100)).file("m.sql", "\\i a.sql\n\\i a.sql\n");
    PsqlArguments arguments = PsqlArguments.parse(List.of("-fm.sql"));

    TaidonException tooLarge =
        assertFailure(
            ErrorCode.SCRIPT_TOO_LARGE,
            "limit is 200",
            () ->
                PsqlSteps.resolve(
                    arguments, scripts.workspace(), Optional.empty(), new PsqlSteps.Limits(200)));
    assertThat(tooLarge.details()).containsEntry("limit", "200");
  }

  @Test
  void changesAreNoticed() throws IOException {
    scripts.file("a.sql", "select 1;").file("m.sql", "\\i a.sql");
    PsqlStep step = scripts.step("-fm.sql");
    step.checkUnchanged();

    Path file = scripts.root().resolve("a.sql");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertFailure(ErrorCode.INPUT_CHANGED, "a.sql changed while -f m.sql", step::checkUnchanged);
    Files.delete(file);
    assertFailure(ErrorCode.INPUT_CHANGED, "a.sql", step::checkUnchanged);
  }

  @Test
  void warnsOfWhatMayDiffer() {
    scripts.file("p.sql", "select gen_random_uuid();");
    scripts.file(
        "m.sql",
        """
        select now(), 'random()', "now"() -- random()
        , pg_catalog . NOW ( );
        create table t (random int, at timestamptz default current_timestamp);
        copy t from '/tmp/x';
        copy t from program 'ls';
        do $$ begin perform clock_timestamp(); end $$;
        create function f() returns int language sql as $$ select timeofday() $$;
        copy t from stdin;
        now() random()
        \\.
        \\if false
        select statement_timestamp();
        \\endif
        \\i p.sql
        """);

    assertThat(scripts.step("-fm.sql").input().warnings())
        .containsExactly(
            "m.sql:1: now() may give another value each time",
            "m.sql:3: current_timestamp may give another value each time",
            "m.sql:4: COPY FROM a file of the server may read something else each time",
            "m.sql:5: COPY FROM PROGRAM may read something else each time",
            "m.sql:6: clock_timestamp() may give another value each time",
            "p.sql:1: gen_random_uuid() may give another value each time");
    assertThat(scripts.step("-c", "select random()").input().warnings())
        .containsExactly("-c:1: random() may give another value each time");
  }

  @Test
  void aLargeScriptNeedsLittleMemory() throws IOException {
    byte[] lines =
        "insert into t values (1, 'it''s', $$x$$, E'\\'', now()); -- padding padding padding\n"
            .repeat(2000)
            .getBytes(StandardCharsets.UTF_8);
    Path big = scripts.root().resolve("big.sql");
    try (OutputStream out = Files.newOutputStream(big)) {
      for (long written = 0; written < 200_000_000; written += lines.length) {
        out.write(lines);
      }
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThat(scripts.step("-fbig.sql").input().warnings()).hasSize(1);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000_000);
    Files.delete(big);
  }

  @Test
  void aDeepChainIsRefused() {
    for (int i = 0; i < 300; i++) {
      scripts.file("s" + i + ".sql", "\\i s" + (i + 1) + ".sql\n");
    }
    assertFailure(ErrorCode.INVALID_SCRIPT, "200 levels", () -> step("s0.sql"));
  }

  private PsqlStep step(String name) {
    return scripts.step("-f", name);
  }

  private static TaidonException assertFailure(
      ErrorCode code, String sentencePart, ThrowingCallable call) {
    List<TaidonException> thrown = new ArrayList<>();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).as(e.sentence()).isEqualTo(code);
              assertThat(e.sentence()).contains(sentencePart);
              thrown.add(e);
            });
    return thrown.getFirst();
  }
}
