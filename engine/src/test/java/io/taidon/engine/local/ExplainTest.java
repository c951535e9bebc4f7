package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.explain.MissReason;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.StateId;
import io.taidon.engine.EventStream;
import io.taidon.engine.ExplainView;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.store.Registry;
import io.taidon.engine.store.Removal;
import io.taidon.engine.store.StoreLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Explanations of the real engine: each row builds something with real PostgreSQL, psql or
 * Liquibase in a store that the rows share, changes one thing, and asks.
 */
class ExplainTest {
  private static final String CHANGELOG =
      """
      --liquibase formatted sql

      --changeset ann:1
      create table ${prefix}_@one (i int);

      --changeset ann:2
      create table @two (i int);
      """;

  @TempDir static Path directory;
  private static LocalEngine engine;

  @BeforeAll
  static void open() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    engine = open(directory.resolve("store"));
  }

  private static LocalEngine open(Path store) {
    return LocalEngine.open(
        new EngineSettings(
            store,
            List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
            Optional.empty(),
            WorkerCommand.ofThisProcess(),
            Optional.empty()));
  }

  @AfterAll
  static void close() {
    engine.shutdown(false);
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

  /** A workspace of one row: {@code @} in names, contents and arguments is a prefix of its own. */
  private static final class Workspace {
    private final Path root;
    private final String prefix;
    private int major = 17;
    private Optional<String> stdin = Optional.empty();

    Workspace(Path root, String prefix) {
      this.root = root;
      this.prefix = prefix;
    }

    String own(String text) {
      return text.replace("@", prefix);
    }

    Workspace write(String name, String content) throws IOException {
      Path file = root.resolve(own(name));
      Files.createDirectories(file.getParent());
      Files.writeString(file, own(content));
      return this;
    }

    Workspace onMajor(int other) {
      major = other;
      return this;
    }

    Workspace stdin(String text) {
      stdin = Optional.of(own(text));
      return this;
    }

    Workspace psql(String... args) throws InterruptedException {
      build(request(StepKind.PSQL, args));
      return this;
    }

    Workspace liquibase(String... args) throws InterruptedException {
      build(request(StepKind.LIQUIBASE, args));
      return this;
    }

    ExplainView askPsql(String... args) {
      return engine.explain(request(StepKind.PSQL, args));
    }

    ExplainView askLiquibase(String... args) {
      return engine.explain(request(StepKind.LIQUIBASE, args));
    }

    PrepareRequest request(StepKind kind, String... args) {
      return new PrepareRequest(
          kind,
          Stream.of(args).map(this::own).toList(),
          root,
          root,
          stdin,
          1,
          false,
          Optional.of(TestClusters.home(major).directory()),
          OptionalInt.empty(),
          false,
          OptionalInt.empty(),
          Optional.empty(),
          PrepareRequest.NamePolicy.CREATE);
    }

    /** What an eviction does first: the state is not offered any more, and the log says why. */
    Workspace evict(String stateId, EvictionReason why) {
      try (Registry registry =
          Registry.open(new StoreLayout(directory.resolve("store")), InstantSource.system())) {
        registry.states().removeAnyway(new StateId(stateId), Removal.because(why));
      }
      return this;
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
                three(at)
                    .psql("-f", "@a.sql", "-f", "@c.sql")
                    .askPsql("-f", "@a.sql", "-f", "@b.sql", "-f", "@c.sql")),
        new Row(
            "step removed",
            MissReason.STEP_REMOVED,
            "Step 2 (-f @c.sql) must run: the step -f @b.sql before it was removed since",
            at ->
                three(at)
                    .psql("-f", "@a.sql", "-f", "@b.sql", "-f", "@c.sql")
                    .askPsql("-f", "@a.sql", "-f", "@c.sql")),
        new Row(
            "steps reordered",
            MissReason.STEP_MOVED,
            "was moved since",
            at ->
                three(at)
                    .psql("-f", "@a.sql", "-f", "@b.sql", "-f", "@c.sql")
                    .askPsql("-f", "@a.sql", "-f", "@c.sql", "-f", "@b.sql")),
        new Row(
            "another major version",
            MissReason.ENGINE_MAJOR_CHANGED,
            "PostgreSQL changed from 17.",
            at -> three(at).psql("-f", "@a.sql").onMajor(18).askPsql("-f", "@a.sql")),
        new Row(
            "evicted by pressure",
            MissReason.EVICTED_PRESSURE,
            "because the cache was above its high watermark.",
            at -> {
              three(at).psql("-f", "@a.sql", "-f", "@b.sql");
              String state = at.askPsql("-f", "@a.sql", "-f", "@b.sql").cache().stateId();
              return at.evict(state, EvictionReason.USAGE_ABOVE_HIGH_WATERMARK)
                  .askPsql("-f", "@a.sql", "-f", "@b.sql");
            }),
        new Row(
            "evicted after the retention time",
            MissReason.EVICTED_TTL,
            "because it was not used for the retention time.",
            at -> {
              three(at).psql("-f", "@a.sql");
              String state = at.askPsql("-f", "@a.sql").cache().stateId();
              return at.evict(state, EvictionReason.EXPIRED).askPsql("-f", "@a.sql");
            }),
        new Row(
            "removed by rm",
            MissReason.REMOVED,
            "because somebody removed it (`sqlrs rm`).",
            at -> {
              three(at).psql("-f", "@a.sql");
              String state = at.askPsql("-f", "@a.sql").cache().stateId();
              assertThat(engine.deleteState(state, true, true, false).outcome())
                  .isEqualTo("deleted");
              return at.askPsql("-f", "@a.sql");
            }),
        new Row(
            "never built",
            MissReason.NEVER_BUILT,
            "Step 2 (-f @b.sql) must run: it was never built on top of state",
            at -> three(at).psql("-f", "@a.sql").askPsql("-f", "@a.sql", "-f", "@b.sql")),
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

  private static Workspace three(Workspace at) throws IOException {
    return at.write("@a.sql", "create table @a (i int);")
        .write("@b.sql", "create table @b (i int);")
        .write("@c.sql", "create table @c (i int);");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void namesTheCause(Row row) throws Exception {
    Workspace at = workspace(row.name());

    ExplainView answer = row.story().tell(at);

    assertThat(answer.sentence()).contains(at.own(row.said()));
    assertThat(answer.reasonCode()).isEqualTo(row.reason().wireName());
    assertThat(answer.decision()).isEqualTo("miss");
    assertThat(answer.rebuild().stepsToRun()).isPositive();
  }

  @Test
  void aHitSaysSoAndNamesWhatWasRead() throws Exception {
    Workspace at = three(workspace("hit")).psql("-f", "@a.sql", "-f", "@b.sql");

    ExplainView answer = at.askPsql("-f", "@a.sql", "-f", "@b.sql");

    assertThat(answer.decision()).isEqualTo("hit");
    assertThat(answer.reasonCode()).isEqualTo("exact_state_match");
    assertThat(answer.cache().matchedStateId()).contains(answer.cache().stateId());
    assertThat(answer.rebuild().stepsToRun()).isZero();
    assertThat(answer.inputs())
        .extracting(ExplainView.Input::path)
        .containsExactly(at.own("@a.sql"), at.own("@b.sql"));
  }

  @Test
  void anEvictedStateCostsWhatItCostBefore() throws Exception {
    Workspace at = workspace("cost").write("@a.sql", "select pg_sleep(0.3);").psql("-f", "@a.sql");
    String state = at.askPsql("-f", "@a.sql").cache().stateId();
    long built = engine.state(state).buildMillis();

    ExplainView.Rebuild rebuild =
        at.evict(state, EvictionReason.EXPIRED).askPsql("-f", "@a.sql").rebuild();

    assertThat(rebuild).isEqualTo(new ExplainView.Rebuild(1, false, built, 1, 0, 0));
  }

  @Test
  void aJobSaysWhyItHadToBuild() throws Exception {
    Workspace at = three(workspace("job")).psql("-f", "@a.sql");
    at.write("@a.sql", "create table @a (i bigint);");

    JobView job = build(at.request(StepKind.PSQL, "-f", "@a.sql"));

    JobView.MissView miss = job.result().orElseThrow().miss().orElseThrow();
    assertThat(miss.reasonCode()).isEqualTo("script_changed");
    assertThat(miss.sentence()).contains(at.own("script @a.sql changed"));
    assertThat(events(job.jobId()))
        .anySatisfy(e -> assertThat(e.message()).contains("engine: " + miss.sentence()));
    JobView again = build(at.request(StepKind.PSQL, "-f", "@a.sql"));
    assertThat(again.result().orElseThrow().miss()).isEmpty();
  }

  @Test
  void noSecretIsInTheStoreNorInAnExplanation() throws Exception {
    Workspace at = workspace("secret").write("@a.sql", "create table @a as select :'@pw' as p;");
    String secret = "hunter-2-" + at.own("@");
    at.psql("-v", "@pw=" + secret, "-f", "@a.sql");

    ExplainView answer = at.askPsql("-v", "@pw=other", "-f", "@a.sql");

    assertThat(answer.reasonCode()).isEqualTo("variable_changed");
    assertThat(answer.changes().toString() + answer.sentence()).doesNotContain(secret, "other");
    String digest = io.taidon.core.state.StateIdentity.digest(secret).hex();
    for (String sidecar : sidecars()) {
      assertThat(origin(sidecar)).doesNotContain(secret, digest);
    }
    Path key = directory.resolve("store/origin.key");
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void whatMadeAStateIsKnownAfterTheRegistryIsLost() throws Exception {
    Path store = directory.resolve("other-store");
    LocalEngine shared = engine;
    try {
      engine = open(store);
      Workspace at = three(workspace("rebuilt")).psql("-f", "@a.sql");
      engine.shutdown(false);
      for (String file : List.of("registry.db", "registry.db-wal", "registry.db-shm")) {
        Files.deleteIfExists(store.resolve(file));
      }
      engine = open(store);
      at.write("@a.sql", "create table @a (i bigint);");

      assertThat(at.askPsql("-f", "@a.sql").reasonCode()).isEqualTo("script_changed");
    } finally {
      engine.shutdown(false);
      engine = shared;
    }
  }

  private static List<String> sidecars() throws IOException {
    List<String> contents = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("store/states"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        contents.add(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    assertThat(contents).isNotEmpty();
    return contents;
  }

  /** The record of what made a state; the arguments beside it are the user's own words. */
  private static String origin(String sidecar) {
    int origin = sidecar.indexOf("\"origin\"");
    assertThat(origin).isPositive();
    return sidecar.substring(origin);
  }

  private static Workspace workspace(String name) throws IOException {
    String prefix = "r_" + name.replaceAll("[^a-z]", "_") + "_";
    return new Workspace(Files.createTempDirectory(directory, "ws"), prefix);
  }

  private static JobView build(PrepareRequest request) throws InterruptedException {
    JobView job = engine.submit(request);
    events(job.jobId());
    JobView over = engine.job(job.jobId());
    assertThat(over.error()).isEmpty();
    over.result()
        .flatMap(JobView.PrepareResult::instanceId)
        .ifPresent(id -> engine.deleteInstance(id, true, false));
    assertThat(engine.states(ListFilter.ALL)).isNotEmpty();
    return over;
  }

  private static List<JobEvent> events(String job) throws InterruptedException {
    List<JobEvent> all = new ArrayList<>();
    try (EventStream events = engine.events(job, 1)) {
      while (!events.isOver()) {
        events.next(Duration.ofSeconds(60)).ifPresent(all::add);
      }
    }
    return all;
  }
}
