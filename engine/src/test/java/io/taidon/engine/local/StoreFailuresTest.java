package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.RunRequest;
import io.taidon.engine.StateView;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import io.taidon.engine.snapshot.copy.CopyBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is done to a store behind the engine's back, on real file systems: each is reported with a
 * code and a remedy, none gives a wrong result or a hang, and afterwards the same engine works.
 */
class StoreFailuresTest {
  private static final String ROWS = "insert into t select generate_series(1, 20000)";
  private static final String COUNT = "select count(*) from t";

  @TempDir Path directory;
  private Path workspace;
  private LoopFileSystem disk;
  private Path store;
  private LocalEngine engine;

  private void open(Type type, int megabytes) throws IOException {
    disk = LoopFileSystem.create(type, megabytes);
    workspace = Files.createDirectory(directory.resolve("workspace"));
    store = disk.root().resolve("store");
    engine = newEngine();
  }

  private LocalEngine newEngine() {
    return LocalEngine.open(
        new EngineSettings(
            store,
            List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
            Optional.empty(),
            WorkerCommand.ofThisProcess(),
            Optional.empty()));
  }

  @AfterEach
  void close() {
    if (engine != null) {
      engine.shutdown(false);
    }
    if (disk != null) {
      disk.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS", "EXT4"})
  void a_damaged_state_is_found_and_built_again(Type type) throws Exception {
    open(type, 1024);
    JobView first = prepared();
    Path state = store.resolve("states").resolve(first.result().orElseThrow().stateId());

    for (Damage damage : Damage.values()) {
      awaitMeasured();
      unlock(state);
      damage.inflict(state);

      JobView again = prepared();

      assertThat(again.result().orElseThrow().stateId()).isEqualTo(state.getFileName().toString());
      assertThat(again.result().orElseThrow().cached()).as(damage.name()).isFalse();
      assertThat(messages(again)).as(damage.name()).contains("was damaged and is built again");
      assertThat(query(again, COUNT)).isEqualTo("20000\n");
      assertThat(query(first, COUNT)).as("a clone made before").isEqualTo("20000\n");
    }
    awaitMeasured();
    JobView last = prepared();
    assertThat(last.result().orElseThrow().cached()).isTrue();
    assertThat(messages(last)).doesNotContain("damaged");
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS"})
  void a_damaged_state_on_the_way_is_never_built_upon(Type type) throws Exception {
    open(type, 1024);
    JobView first = prepared();
    awaitMeasured();
    Path state = store.resolve("states").resolve(first.result().orElseThrow().stateId());
    unlock(state);
    Damage.A_RELATION_TRUNCATED.inflict(state);

    JobView next = await(engine.submit(request(TABLE, ROWS, "create table u (i int)")));

    assertThat(next.error()).isEmpty();
    assertThat(messages(next)).contains("was damaged and is built again");
    assertThat(query(next, COUNT)).isEqualTo("20000\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS", "EXT4"})
  void a_disk_that_fills_up_in_a_step_is_said_to_be_full(Type type) throws Exception {
    open(type, type == Type.EXT4 ? 512 : 640);
    prepared();
    JobView running =
        engine.submit(
            request(
                TABLE,
                ROWS,
                "select pg_sleep(1); insert into t select generate_series(1, 9e6::int)"));
    awaitStep(running, 3);
    Path ballast = Files.createFile(disk.root().resolve("ballast"));
    fill(ballast);

    JobView full = await(running);

    assertThat(full.error())
        .hasValueSatisfying(e -> {
          assertThat(e.code()).isEqualTo("disk_full");
          assertThat(e.remedy()).isPresent();
        });
    fill(ballast); // What the failed build gave back.
    TaidonException refused = refusedOrFailed(request("create table other (i int)"));
    // The first one where not even the registry can note the job.
    assertThat(refused.code()).isIn(ErrorCode.DISK_FULL, ErrorCode.CACHE_FULL_UNRECLAIMABLE);

    Files.delete(ballast);
    JobView after = prepared();
    assertThat(after.result().orElseThrow().cached()).isTrue();
    assertThat(query(after, COUNT)).isEqualTo("20000\n");
    assertThat(builds()).isEmpty();
    assertThat(engine.jobs(ListFilter.ALL)).allMatch(j -> j.status().isTerminal());
  }

  @ParameterizedTest
  @EnumSource(names = {"XFS", "EXT4"})
  void states_can_be_removed_from_a_full_disk(Type type) throws Exception {
    open(type, 512);
    JobView made = prepared();
    Path ballast = Files.createFile(disk.root().resolve("ballast"));
    fill(ballast);

    String state = made.result().orElseThrow().stateId();
    assertThat(engine.deleteState(state, true, true, false).outcome()).isEqualTo("deleted");

    assertThat(store.resolve("states").resolve(state)).doesNotExist();
    assertThat(engine.instances(ListFilter.ALL)).isEmpty();
    Files.delete(ballast);
    assertThat(query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS", "EXT4"})
  void a_store_that_becomes_read_only_is_said_to_be_so(Type type) throws Exception {
    open(type, 1024);
    JobView made = prepared();
    // Open files keep a file system writable; a server is one.
    engine.deleteInstance(made.result().orElseThrow().instanceId().orElseThrow(), true, false);
    disk.freeze(true);
    try {
      TaidonException failure = refusedOrFailed(request(TABLE, ROWS));
      assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
      assertThat(failure.sentence()).contains("read-only");
    } finally {
      disk.freeze(false);
    }
    assertThat(query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  @Test
  void a_file_system_that_meets_an_error_ends_the_job_with_a_sentence() throws Exception {
    open(Type.EXT4, 512);
    JobView made = prepared();
    engine.stopInstance(made.result().orElseThrow().instanceId().orElseThrow());
    JobView running = engine.submit(request(TABLE, ROWS, "select pg_sleep(2); create table u ()"));
    awaitStep(running, 3);
    disk.abortExt4();

    JobView failed = await(running);

    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.error())
        .hasValueSatisfying(e -> {
          assertThat(e.code()).isEqualTo("store_unusable");
          assertThat(e.message()).contains("read-only");
          assertThat(e.remedy()).isPresent();
        });
    engine.shutdown(false);
    disk.unmount();
    disk.attach();
    engine = newEngine();
    assertThat(query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS"})
  void an_unmounted_store_is_not_taken_for_an_empty_one(Type type) throws Exception {
    open(type, 1024);
    JobView made = prepared();
    engine.stopInstance(made.result().orElseThrow().instanceId().orElseThrow());
    disk.detach();
    try {
      TaidonException failure =
          catchThrowableOfType(TaidonException.class, () -> engine.submit(request(TABLE, ROWS)));
      assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
      assertThat(failure.sentence()).contains("is gone");
      assertThat(failure.remedy()).isPresent();
      assertThat(store).as("nothing was begun in the mount point").doesNotExist();
    } finally {
      disk.attach();
    }
    JobView after = prepared();
    assertThat(after.result().orElseThrow().cached()).isTrue();
    assertThat(query(after, COUNT)).isEqualTo("20000\n");
  }

  @Test
  void a_store_that_is_deleted_ends_jobs_with_a_sentence() throws Exception {
    open(Type.XFS, 512); // on ext4 the data of servers is mounted, and cannot be deleted under them
    prepared();
    JobView running = engine.submit(request(TABLE, ROWS, "select pg_sleep(60)"));
    awaitStep(running, 3);
    CopyBackend.create().delete(store);

    List<JobEvent> events = new ArrayList<>();
    TaidonException failure =
        catchThrowableOfType(TaidonException.class, () -> events.addAll(events(running.jobId())));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
    engine.shutdown(false);
    assertThat(store).doesNotExist();
    engine = newEngine();
    assertThat(query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  /** What happens to states. */
  private enum Damage {
    A_RELATION_TRUNCATED {
      @Override
      void inflict(Path state) throws IOException {
        truncate(largest(state), 8192);
      }
    },
    A_RELATION_OVERWRITTEN {
      @Override
      void inflict(Path state) throws IOException {
        try (FileChannel file = FileChannel.open(largest(state), StandardOpenOption.WRITE)) {
          file.write(java.nio.ByteBuffer.wrap(new byte[8192]), 0);
        }
      }
    },
    CONTROL_FILE_TRUNCATED {
      @Override
      void inflict(Path state) throws IOException {
        truncate(state.resolve("global/pg_control"), 100);
      }
    },
    NO_VERSION {
      @Override
      void inflict(Path state) throws IOException {
        Files.delete(state.resolve("PG_VERSION"));
      }
    },
    A_FILE_DELETED {
      @Override
      void inflict(Path state) throws IOException {
        Files.delete(largest(state));
      }
    },
    GONE {
      @Override
      void inflict(Path state) {
        CopyBackend.create().delete(state);
      }
    };

    abstract void inflict(Path state) throws IOException;

    static void truncate(Path file, long size) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }

    /** The table's own file: there is no larger one. */
    static Path largest(Path state) throws IOException {
      try (Stream<Path> files = Files.walk(state.resolve("base"))) {
        return files
            .filter(Files::isRegularFile)
            .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
            .orElseThrow();
      }
    }
  }

  private static final String TABLE = "create table t (i int)";

  /** Whoever wants to damage a read-only subvolume makes it writable first. */
  private void unlock(Path state) throws Exception {
    LoopFileSystem.tryToRun(
        "btrfs", "property", "set", "-f", "-ts", state.toString(), "ro", "false");
  }

  private JobView prepared() throws InterruptedException {
    JobView job = await(engine.submit(request(TABLE, ROWS)));
    assertThat(job.error()).isEmpty();
    return job;
  }

  private void awaitMeasured() {
    Awaitility.await("states are measured in the background")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> engine.states(ListFilter.ALL).stream().allMatch(StoreFailuresTest::isMeasured));
  }

  private static boolean isMeasured(StateView state) {
    return state.sizeBytes() > 0;
  }

  /** The failure of a request, whether it was refused or its job failed. */
  private TaidonException refusedOrFailed(PrepareRequest request) throws InterruptedException {
    try {
      JobView job = await(engine.submit(request));
      JobView.ErrorView error = job.error().orElseThrow();
      return TaidonException.of(
              Stream.of(ErrorCode.values())
                  .filter(c -> c.wireCode().equals(error.code()))
                  .findAny()
                  .orElseThrow(),
              error.message())
          .remedy(error.remedy().orElse(""));
    } catch (TaidonException e) {
      return e;
    }
  }

  private static void fill(Path ballast) throws IOException {
    for (int piece = 1 << 22; piece >= 4096; piece >>= 2) {
      try {
        while (true) {
          Files.write(ballast, new byte[piece], StandardOpenOption.APPEND);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
    }
  }

  private void awaitStep(JobView job, int step) {
    Awaitility.await("step " + step)
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            engine.job(job.jobId()).tasks().stream()
                .anyMatch(
                    t -> t.status() == JobStatus.RUNNING && t.taskId().equals("execute-" + step)));
  }

  private List<Path> builds() throws IOException {
    try (Stream<Path> files = Files.walk(store.resolve("builds"), 2)) {
      return files
          .filter(f -> f.getFileName().toString().matches("[0-9a-f]{32}"))
          .filter(f -> !f.getParent().endsWith("builds"))
          .toList();
    }
  }

  private PrepareRequest request(String... statements) {
    List<String> arguments = new ArrayList<>();
    for (String statement : statements) {
      arguments.add("-c");
      arguments.add(statement);
    }
    return TestRequests.psql(workspace, arguments);
  }

  private JobView await(JobView job) throws InterruptedException {
    events(job.jobId());
    return engine.job(job.jobId());
  }

  private String messages(JobView job) throws InterruptedException {
    return String.join(
        "\n", events(job.jobId()).stream().flatMap(e -> e.message().stream()).toList());
  }

  private List<JobEvent> events(String job) throws InterruptedException {
    List<JobEvent> all = new ArrayList<>();
    try (EventStream events = engine.events(job, 1)) {
      while (!events.isOver()) {
        events.next(Duration.ofSeconds(60)).ifPresent(all::add);
      }
    }
    return all;
  }

  private String query(JobView job, String sql) throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exit =
        engine.run(
            new RunRequest(
                job.result().orElseThrow().instanceId().orElseThrow(),
                RunRequest.Tool.PSQL,
                List.of("-X", "-At", "-c", sql),
                Optional.empty(),
                workspace),
            new RunRequest.Output() {
              @Override
              public void stdout(byte[] bytes, int length) {
                out.write(bytes, 0, length);
              }

              @Override
              public void stderr(byte[] bytes, int length) {}

              @Override
              public void note(String line) {}
            });
    assertThat(exit).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
