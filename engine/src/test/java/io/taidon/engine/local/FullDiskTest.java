package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.JobView;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.engine.StateView;
import io.taidon.engine.Thorough;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A store on a file system that others fill: where everything in it is held users are told by what,
 * and what can go goes.
 */
@Timeout(900)
class FullDiskTest {
  private static final long MIB = 1024 * 1024;
  private static final String TABLE = "create table t (i int)";
  private static final String ROWS = "insert into t select generate_series(1, 20000)";
  private static final String COUNT = "select count(*) from t";
  private static final String LARGE = "create table a as select generate_series(1, 100000) i";
  private static final String MORE = "create table c as select generate_series(1, 100000) i";

  static final List<Type> TYPES = Thorough.orFirst(2, List.of(Type.BTRFS, Type.EXT4, Type.XFS));

  @TempDir Path directory;
  private EngineOnDisk at;

  private void open(Type type, int megabytes) throws IOException {
    at = new EngineOnDisk(type, megabytes, Files.createDirectory(directory.resolve("workspace")));
  }

  @AfterEach
  void close() {
    if (at != null) {
      at.close();
    }
  }

  @ParameterizedTest
  @FieldSource("TYPES")
  void a_disk_that_fills_up_in_a_step_is_said_to_be_full(Type type) throws Exception {
    open(type, type == Type.EXT4 ? 512 : 640);
    prepared();
    JobView running =
        at.engine()
            .submit(
                at.request(
                    TABLE,
                    ROWS,
                    "select pg_sleep(1); insert into t select generate_series(1, 9e6::int)"));
    at.awaitStep(running, 3);
    at.fill(0);

    JobView full = at.await(running);

    assertThat(full.error())
        .hasValueSatisfying(e -> {
          assertThat(e.code()).isEqualTo("disk_full");
          assertThat(e.remedy()).isPresent();
        });
    at.fill(0); // What the failed build gave back.
    ErrorView refused = at.refusedOrFailed(at.request("create table other (i int)"));
    assertThat(refused.code()).isIn("disk_full", "cache_full_unreclaimable");

    at.empty();
    JobView after = prepared();
    assertThat(after.result().orElseThrow().cached()).isTrue();
    assertThat(at.query(after, COUNT)).isEqualTo("20000\n");
    assertThat(builds()).isEmpty();
    assertThat(at.engine().jobs(ListFilter.ALL)).allMatch(j -> j.status().isTerminal());
  }

  @ParameterizedTest
  @FieldSource("TYPES")
  void states_can_be_removed_from_a_full_disk(Type type) throws Exception {
    open(type, 640);
    JobView made = prepared();
    at.fill(0);

    String state = made.result().orElseThrow().stateId();
    assertThat(at.engine().deleteState(state, true, true, false).outcome()).isEqualTo("deleted");

    assertThat(at.store().resolve("states").resolve(state)).doesNotExist();
    assertThat(at.engine().instances(ListFilter.ALL)).isEmpty();
    at.empty();
    assertThat(at.query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  @ParameterizedTest
  @CsvSource({"BTRFS,4", "BTRFS,0", "XFS,4", "XFS,0", "EXT4,4", "EXT4,0"})
  void what_holds_each_state_is_named_when_the_disk_fills_up_in_the_middle_of_a_prepare(
      Type type, long megabytesLeft) throws Exception {
    open(type, 640);
    JobView dev = at.succeeded(named("dev", LARGE));
    pinBase();
    Path gate = Files.createFile(at.disk().root().resolve("gate"));
    PrepareRequest request = at.request(LARGE, whenGone(gate) + "create table b (i int)", MORE);
    JobView running = at.engine().submit(request);
    at.awaitStep(running, 2);
    at.fill(megabytesLeft * MIB);
    Files.delete(gate);

    saysWhatHoldsTheStates(at.await(running).error().orElseThrow());
    at.fill(megabytesLeft * MIB); // What the failed build gave back.
    saysWhatHoldsTheStates(at.refusedOrFailed(at.request("create table other (i int)")));

    at.empty();
    assertThat(
            at.succeeded(named("dev", LARGE, NamePolicy.REUSE)).result().orElseThrow().instanceId())
        .as("what was held is there")
        .isEqualTo(dev.result().orElseThrow().instanceId());
    assertThat(at.succeeded(request).result().orElseThrow().stepsRun()).isEqualTo(2);
    assertThat(at.engine().jobs(ListFilter.ALL)).allMatch(job -> job.status().isTerminal());
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
  @FieldSource("TYPES")
  void what_can_go_goes_from_a_disk_without_a_byte_left(Type type) throws Exception {
    open(type, 640);
    at.succeeded(named("dev", LARGE));
    pinBase();
    JobView large =
        at.succeeded(
            at.request(
                "create table l as select repeat('x', 1000) from generate_series(1, 80000)"));
    at.engine()
        .deleteInstance(large.result().orElseThrow().instanceId().orElseThrow(), true, false);
    at.fill(0);

    JobView made = at.succeeded(at.request("create table other (i int)"));

    assertThat(at.engine().states(ListFilter.ALL))
        .extracting(StateView::stateId)
        .contains(made.result().orElseThrow().stateId())
        .doesNotContain(large.result().orElseThrow().stateId());
    assertThat(at.engine().evictions(1).getFirst().completedAt()).isPresent();
  }

  private void pinBase() {
    String base =
        at.engine().states(ListFilter.ALL).stream()
            .filter(state -> state.kind().equals("base"))
            .map(StateView::stateId)
            .findFirst()
            .orElseThrow();
    assertThat(at.engine().pinState(base, true)).isTrue();
  }

  /** Waits in the server for the end of a file; the test decides when that is. */
  private static String whenGone(Path gate) {
    return "do $$ begin while (pg_stat_file('"
        + gate
        + "', true)).size is not null loop perform pg_sleep(0.02); end loop; end $$; ";
  }

  private PrepareRequest named(String name, String sql) {
    return named(name, sql, NamePolicy.CREATE);
  }

  private PrepareRequest named(String name, String sql, NamePolicy policy) {
    PrepareRequest plain = at.request(sql);
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

  private List<Path> builds() throws IOException {
    try (Stream<Path> files = Files.walk(at.store().resolve("builds"), 2)) {
      return files
          .filter(f -> f.getFileName().toString().matches("[0-9a-f]{32}"))
          .filter(f -> !f.getParent().endsWith("builds"))
          .toList();
    }
  }

  private JobView prepared() throws InterruptedException {
    return at.succeeded(at.request(TABLE, ROWS));
  }
}
