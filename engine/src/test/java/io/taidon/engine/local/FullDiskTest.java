package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.engine.StateView;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store on a file system that others fill: where everything in it is held users are told by what,
 * and what can go goes.
 */
@Timeout(300)
class FullDiskTest {
  private static final long MIB = 1024 * 1024;
  private static final String ROWS = "create table a as select generate_series(1, 100000) i";
  private static final String MORE = "create table c as select generate_series(1, 100000) i";

  @TempDir Path directory;
  private Path workspace;
  private LoopFileSystem disk;
  private LocalEngine engine;
  private Path ballast;

  private void open(Type type) throws IOException {
    disk = LoopFileSystem.create(type, 640);
    workspace = Files.createDirectory(directory.resolve("workspace"));
    ballast = Files.createFile(disk.root().resolve("ballast"));
    engine =
        LocalEngine.open(
            new EngineSettings(
                disk.root().resolve("store"),
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
  @CsvSource({"BTRFS,4", "BTRFS,0", "XFS,4", "XFS,0", "EXT4,4", "EXT4,0"})
  void what_holds_each_state_is_named_when_the_disk_fills_up_in_the_middle_of_a_prepare(
      Type type, long megabytesLeft) throws Exception {
    open(type);
    JobView dev = succeeded(named("dev", ROWS));
    pinBase();
    Path gate = Files.createFile(disk.root().resolve("gate"));
    PrepareRequest request = request(ROWS, whenGone(gate) + "create table b (i int)", MORE);
    JobView running = engine.submit(request);
    awaitStep(running, 2);
    fill(megabytesLeft * MIB);
    Files.delete(gate);

    saysWhatHoldsTheStates(await(running).error().orElseThrow());
    fill(megabytesLeft * MIB); // What the failed build gave back.
    saysWhatHoldsTheStates(refusedOrFailed(request("create table other (i int)")));

    Files.delete(ballast);
    assertThat(succeeded(named("dev", ROWS, NamePolicy.REUSE)).result().orElseThrow().instanceId())
        .as("what was held is there")
        .isEqualTo(dev.result().orElseThrow().instanceId());
    assertThat(succeeded(request).result().orElseThrow().stepsRun()).isEqualTo(2);
    assertThat(engine.jobs(ListFilter.ALL)).allMatch(job -> job.status().isTerminal());
  }

  private static void saysWhatHoldsTheStates(ErrorView error) {
    assertThat(error.code()).as(error.toString()).isEqualTo("cache_full_unreclaimable");
    assertThat(error.message()).contains("less than the reserve", "all 2 states");
    assertThat(error.details())
        .containsEntry("blocked_count", "2")
        .containsEntry("reclaimable_bytes", "0");
    assertThat(error.details().values())
        .anySatisfy(held ->
            assertThat(held)
                .contains("(initdb)", "it is pinned")
                .containsPattern("would free [1-9][0-9]* MiB"))
        .anySatisfy(held ->
            assertThat(held)
                .contains("an instance was made from it (dev)", "a name is bound")
                .containsPattern("would free [1-9][0-9]* MiB"));
    assertThat(error.remedy())
        .hasValueSatisfying(said -> assertThat(said).contains("sqlrs rm", "sqlrs cache unpin"));
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS", "EXT4"})
  void what_can_go_goes_from_a_disk_without_a_byte_left(Type type) throws Exception {
    open(type);
    succeeded(named("dev", ROWS));
    pinBase();
    JobView large =
        succeeded(
            request("create table l as select repeat('x', 1000) from generate_series(1, 80000)"));
    engine.deleteInstance(large.result().orElseThrow().instanceId().orElseThrow(), true, false);
    fill(0);

    JobView made = succeeded(request("create table other (i int)"));

    assertThat(engine.states(ListFilter.ALL))
        .extracting(StateView::stateId)
        .contains(made.result().orElseThrow().stateId())
        .doesNotContain(large.result().orElseThrow().stateId());
    assertThat(engine.evictions(1).getFirst().completedAt()).isPresent();
  }

  private void pinBase() {
    String base =
        engine.states(ListFilter.ALL).stream()
            .filter(state -> state.kind().equals("base"))
            .map(StateView::stateId)
            .findFirst()
            .orElseThrow();
    assertThat(engine.pinState(base, true)).isTrue();
  }

  /** Waits in the server for the end of a file; the test decides when that is. */
  private static String whenGone(Path gate) {
    return "do $$ begin while (pg_stat_file('"
        + gate
        + "', true)).size is not null loop perform pg_sleep(0.02); end loop; end $$; ";
  }

  private PrepareRequest request(String... statements) {
    return TestRequests.psql(
        workspace, Stream.of(statements).flatMap(sql -> Stream.of("-c", sql)).toList());
  }

  private PrepareRequest named(String name, String sql) {
    return named(name, sql, NamePolicy.CREATE);
  }

  private PrepareRequest named(String name, String sql, NamePolicy policy) {
    PrepareRequest plain = request(sql);
    return new PrepareRequest(
        plain.kind(),
        plain.args(),
        plain.workDir(),
        plain.workspace(),
        plain.stdin(),
        plain.checkpointEvery(),
        plain.planOnly(),
        plain.postgresHome(),
        plain.postgresMajor(),
        plain.durable(),
        plain.port(),
        Optional.of(name),
        policy);
  }

  /** Writes on until so much is left, on the medium: what is only in memory is not counted. */
  private void fill(long left) throws IOException {
    for (int piece = 1 << 22; piece >= 4096; piece >>= 2) {
      try {
        while (Files.getFileStore(ballast).getUsableSpace() - piece >= left) {
          Files.write(
              ballast, new byte[piece], StandardOpenOption.APPEND, StandardOpenOption.DSYNC);
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

  private JobView succeeded(PrepareRequest request) throws InterruptedException {
    JobView job = await(engine.submit(request));
    assertThat(job.error()).isEmpty();
    return job;
  }

  /** The first one where not even the registry can note the job. */
  private ErrorView refusedOrFailed(PrepareRequest request) throws InterruptedException {
    try {
      return await(engine.submit(request)).error().orElseThrow();
    } catch (TaidonException e) {
      return new ErrorView(e.code().wireCode(), e.sentence(), e.details(), e.remedy());
    }
  }

  private JobView await(JobView job) throws InterruptedException {
    try (EventStream events = engine.events(job.jobId(), 1)) {
      while (!events.isOver()) {
        Optional<JobEvent> ignored = events.next(Duration.ofSeconds(60));
      }
    }
    return engine.job(job.jobId());
  }
}
