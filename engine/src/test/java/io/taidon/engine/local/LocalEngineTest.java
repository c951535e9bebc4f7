package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole engine on real files, real PostgreSQL and real psql, without a host. */
class LocalEngineTest {
  @TempDir Path directory;
  Path workspace;
  LocalEngine engine;

  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    workspace = Files.createDirectory(directory.resolve("workspace"));
    engine = newEngine();
  }

  @AfterEach
  void close() {
    engine.shutdown(false);
  }

  /** Where the store is; need not exist. */
  Path store() {
    return directory.resolve("store");
  }

  /** What somebody else may do to a state. */
  void takeAway(Path state) throws IOException {
    Files.move(state, directory.resolve("gone"));
  }

  LocalEngine newEngine() {
    return LocalEngine.open(
        new EngineSettings(
            store(),
            List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
            Optional.empty(),
            WorkerCommand.ofThisProcess(),
            Optional.empty()));
  }

  @Test
  void prepares_runs_and_hits_the_cache() throws Exception {
    Files.writeString(workspace.resolve("schema.sql"), "create table t (i int);\n");
    Files.writeString(
        workspace.resolve("data.sql"), "insert into t select generate_series(1, :n);\n");

    JobView first =
        await(engine.submit(request("-v", "n=3", "-f", "schema.sql", "-f", "data.sql")));
    assertThat(first.error()).isEmpty();
    assertThat(first.result()).hasValueSatisfying(r -> assertThat(r.stepsRun()).isEqualTo(2));
    assertThat(query(first, "select count(*) from t")).isEqualTo("3\n");
    Awaitility.await("sizes are measured in the background")
        .until(
            () -> engine.states(ListFilter.ALL).stream().allMatch(s -> s.sizeBytes() > 1_000_000));

    JobView second =
        await(engine.submit(request("-v", "n=3", "-f", "schema.sql", "-f", "data.sql")));
    assertThat(second.result()).hasValueSatisfying(r -> assertThat(r.cached()).isTrue());
    assertThat(second.result().orElseThrow().stateId())
        .isEqualTo(first.result().orElseThrow().stateId());

    JobView changed =
        await(engine.submit(request("-v", "n=4", "-f", "schema.sql", "-f", "data.sql")));
    assertThat(changed.result().orElseThrow().stepsRun())
        .as("variables belong to every step")
        .isEqualTo(2);
    assertThat(query(changed, "select count(*) from t")).isEqualTo("4\n");
    assertThat(query(first, "select count(*) from t")).isEqualTo("3\n");
  }

  @Test
  void events_tell_the_story_once_and_can_be_read_again_without_the_secret() throws Exception {
    JobView job = await(engine.submit(request("-c", "create table t (i int)")));
    List<JobEvent> events = events(job.jobId(), 1);

    assertThat(events.stream().map(JobEvent::seq))
        .isSorted()
        .doesNotHaveDuplicates()
        .startsWith(1L);
    assertThat(events.getLast().status()).contains(JobStatus.SUCCEEDED);
    assertThat(events).anySatisfy(e -> assertThat(e.message()).contains("psql: CREATE TABLE"));
    assertThat(events)
        .anySatisfy(e -> assertThat(e.result().flatMap(JobView.PrepareResult::dsn)).isPresent());
    assertThat(events(job.jobId(), 4)).isEqualTo(events.subList(3, events.size()));
    assertThat(events(job.jobId(), 1000)).isEmpty();

    String password = job.result().orElseThrow().dsn().orElseThrow().split("[:@]")[2];
    try (var files = Files.list(store())) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("registry")).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(password);
      }
    }
  }

  @Test
  void a_failed_step_keeps_the_ones_before_it() throws Exception {
    Files.writeString(workspace.resolve("bad.sql"), "create table b (i int);\n\nselec 1;\n");
    JobView failed = await(engine.submit(request("-c", "create table a (i int)", "-f", "bad.sql")));

    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.error())
        .hasValueSatisfying(e -> {
          assertThat(e.code()).isEqualTo("script_failed");
          assertThat(e.details())
              .containsEntry("file", "bad.sql")
              .containsEntry("line", "3")
              .containsEntry("sqlstate", "42601");
        });
    assertThat(engine.states(ListFilter.ALL)).hasSize(2);
    assertThat(engine.instances(ListFilter.ALL)).isEmpty();
    assertThat(store().resolve("builds")).satisfies(LocalEngineTest::holdsOnlyTheSession);

    Files.writeString(workspace.resolve("bad.sql"), "create table b (i int);\n");
    JobView mended = await(engine.submit(request("-c", "create table a (i int)", "-f", "bad.sql")));
    assertThat(mended.result().orElseThrow().stepsRun()).isEqualTo(1);
  }

  @Test
  void cancelling_leaves_nothing_behind() throws Exception {
    JobView job = engine.submit(request("-c", "select pg_sleep(600)"));
    try (EventStream events = engine.events(job.jobId(), 1)) {
      boolean running = false;
      while (!running) {
        running =
            events.next(Duration.ofSeconds(30)).orElseThrow().task().stream()
                .anyMatch(t -> t.taskId().equals("execute-1") && t.status() == JobStatus.RUNNING);
      }
    }
    assertThat(engine.cancel(job.jobId())).isTrue();

    JobView over = await(job);
    assertThat(over.error()).hasValueSatisfying(e -> assertThat(e.code()).isEqualTo("cancelled"));
    assertThat(store().resolve("builds")).satisfies(LocalEngineTest::holdsOnlyTheSession);
    Awaitility.await().until(() -> !engine.isBusy());
    assertThat(engine.cancel(job.jobId())).isFalse();
  }

  @Test
  void two_jobs_that_want_the_same_state_build_it_once() throws Exception {
    List<JobView> jobs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      jobs.add(
          engine.submit(request("-c", "select pg_sleep(0.2)", "-c", "create table u (i int)")));
    }
    int stepsRun = 0;
    for (JobView job : jobs) {
      JobView over = await(job);
      assertThat(over.error()).isEmpty();
      stepsRun += over.result().orElseThrow().stepsRun();
    }
    assertThat(stepsRun).isEqualTo(2);
    assertThat(engine.instances(ListFilter.ALL)).hasSize(4);
  }

  @Test
  void a_new_engine_adopts_the_instances_of_one_that_went_away() throws Exception {
    JobView job = await(engine.submit(request("-c", "create table t as select 1 i")));
    String dsn = job.result().orElseThrow().dsn().orElseThrow();
    engine.close();

    engine = newEngine();
    String instance = job.result().orElseThrow().instanceId().orElseThrow();
    assertThat(engine.instance(instance).status()).isEqualTo("running");
    assertThat(engine.instance(instance).dsn()).contains(dsn);
    assertThat(query(job, "select i from t")).isEqualTo("1\n");
  }

  @Test
  void stopped_instances_start_again_with_their_data() throws Exception {
    JobView job = await(engine.submit(request("-c", "create table t as select 1 i")));
    String instance = job.result().orElseThrow().instanceId().orElseThrow();
    assertThat(engine.stopInstance(instance).status()).isEqualTo("stopped");
    assertThat(engine.isBusy()).isFalse();
    assertThat(query(job, "select i from t")).isEqualTo("1\n");
    assertThat(engine.instance(instance).dsn()).isEqualTo(job.result().orElseThrow().dsn());
  }

  @Test
  void deletion_is_blocked_until_it_is_asked_for_whole() throws Exception {
    JobView job =
        await(
            engine.submit(request("-c", "create table t (i int)", "-c", "create table u (i int)")));
    String state = engine.job(job.jobId()).tasks().get(1).outputStateId().orElseThrow();

    assertThat(engine.deleteState(state, false, false, false).outcome()).isEqualTo("blocked");
    assertThat(engine.deleteState(state, true, false, true).outcome()).isEqualTo("would_delete");
    assertThat(engine.deleteState(state, true, false, false).outcome()).isEqualTo("deleted");
    assertThat(engine.instances(ListFilter.ALL)).isEmpty();
    assertThat(engine.states(ListFilter.ALL))
        .singleElement()
        .satisfies(s -> assertThat(s.kind()).isEqualTo("base"));
    try (var instances = Files.list(store().resolve("instances"))) {
      assertThat(instances).isEmpty();
    }
  }

  @Test
  void only_a_durable_instance_waits_for_the_disk() throws Exception {
    PrepareRequest quick = request("-c", "create table t (i int)");
    PrepareRequest durable =
        new PrepareRequest(
            quick.kind(),
            quick.args(),
            quick.workDir(),
            quick.workspace(),
            quick.stdin(),
            quick.checkpointEvery(),
            quick.planOnly(),
            quick.postgresHome(),
            quick.postgresMajor(),
            true,
            quick.port(),
            quick.name(),
            quick.namePolicy());
    assertThat(query(await(engine.submit(quick)), "show fsync")).isEqualTo("off\n");
    JobView second = await(engine.submit(durable));
    assertThat(query(second, "show fsync")).isEqualTo("on\n");
    assertThat(second.result().orElseThrow().cached())
        .as("durability is no part of a state")
        .isTrue();
  }

  @Test
  void a_state_deleted_behind_our_back_is_built_again() throws Exception {
    JobView job = await(engine.submit(request("-c", "create table t as select 1 i")));
    Path state = store().resolve("states").resolve(job.result().orElseThrow().stateId());
    takeAway(state);

    JobView again = await(engine.submit(request("-c", "create table t as select 1 i")));
    assertThat(again.error()).isEmpty();
    assertThat(again.result().orElseThrow().stepsRun()).isEqualTo(1);
    assertThat(query(again, "select i from t")).isEqualTo("1\n");
  }

  @Test
  void an_instance_comes_back_after_a_reboot_took_its_mount() throws Exception {
    Assumptions.assumeTrue(
        engine.status().backend().name().equals("overlay"),
        "needs root: only then the temporary directory's backend mounts anything");
    JobView job = await(engine.submit(request("-c", "create table t as select 1 i")));
    String instance = job.result().orElseThrow().instanceId().orElseThrow();
    assertThat(query(job, "insert into t values (2)")).isEqualTo("INSERT 0 1\n");
    assertThat(query(job, "checkpoint")).isEqualTo("CHECKPOINT\n");
    Path data = directory.resolve("store/instances").resolve(instance).resolve("data");
    engine.close();
    killServer(data);
    assertThat(new ProcessBuilder("umount", data.toString()).start().waitFor()).isZero();

    engine = newEngine();
    assertThat(engine.instance(instance).status()).isEqualTo("crashed");
    assertThat(query(job, "select sum(i) from t")).isEqualTo("3\n");

    assertThat(engine.deleteInstance(instance, true, false).outcome()).isEqualTo("deleted");
    try (var mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
      assertThat(mounts).noneMatch(line -> line.contains(data.toString()));
    }
  }

  private static void killServer(Path data) throws IOException {
    long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
    ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(server.children().toList());
    all.add(server);
    all.forEach(ProcessHandle::destroyForcibly);
    Awaitility.await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  PrepareRequest request(String... psqlArgs) {
    return TestRequests.psql(workspace, List.of(psqlArgs));
  }

  JobView await(JobView job) throws InterruptedException {
    return EngineCalls.end(engine, job);
  }

  private List<JobEvent> events(String job, long from) throws InterruptedException {
    return EngineCalls.events(engine, job, from);
  }

  String query(JobView job, String sql) throws InterruptedException {
    return EngineCalls.query(
        engine, job.result().orElseThrow().instanceId().orElseThrow(), workspace, sql);
  }

  private static void holdsOnlyTheSession(Path builds) throws IOException {
    try (var sessions = Files.list(builds)) {
      List<Path> all = sessions.toList();
      assertThat(all).hasSize(1);
      try (var files = Files.list(all.getFirst())) {
        assertThat(files.map(f -> f.getFileName().toString())).containsExactly("owner.lock");
      }
    }
  }
}
