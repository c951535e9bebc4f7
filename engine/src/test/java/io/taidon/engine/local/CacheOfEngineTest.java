package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.taidon.engine.CacheView;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.StateView;
import io.taidon.engine.liquibase.WorkerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users see of the cache: errors that name what blocks, evictions, pins, the log. */
class CacheOfEngineTest {
  private static final long MIB = 1024 * 1024;

  @TempDir Path directory;
  private Path workspace;
  private LocalEngine engine;

  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    workspace = Files.createDirectory(directory.resolve("workspace"));
    engine = newEngine();
    engine.setConfig("cache.capacity.minStateAge", JsonNodeFactory.instance.textNode("0s"));
    engine.setConfig("cache.capacity.reserveBytes", JsonNodeFactory.instance.numberNode(0));
  }

  @AfterEach
  void close() {
    engine.shutdown(false);
  }

  private LocalEngine newEngine() {
    return LocalEngine.open(
        new EngineSettings(
            directory.resolve("store"),
            List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
            Optional.of("copy"),
            WorkerCommand.ofThisProcess(),
            Optional.empty()));
  }

  @Test
  void a_full_cache_says_what_holds_it_by_name_and_goes_on_when_that_is_gone() throws Exception {
    JobView first = succeeded("create table a (i int)");
    String instance = first.result().orElseThrow().instanceId().orElseThrow();
    String base = state("base").stateId();
    assertThat(engine.pinState(base, true)).isTrue();
    assertThat(engine.pinState(base, true)).as("again").isFalse();
    limit(engine.cache().usageBytes() + MIB);

    JobView full = prepare("create table b (i int)");

    JobView.ErrorView error = full.error().orElseThrow();
    assertThat(error.code()).isEqualTo("cache_full_unreclaimable");
    assertThat(error.details().values())
        .anySatisfy(held -> assertThat(held).contains(instance.substring(0, 12), "would free"))
        .anySatisfy(held -> assertThat(held).contains("it is pinned"));
    assertThat(error.details()).containsEntry("blocked_count", "2");
    assertThat(error.remedy()).hasValueSatisfying(r -> assertThat(r).contains("unpin"));

    engine.deleteInstance(instance, true, false);
    JobView after = prepare("create table b (i int)");
    assertThat(after.error()).isEmpty();
    assertThat(engine.states(ListFilter.ALL))
        .extracting(StateView::stateId)
        .contains(base)
        .doesNotContain(first.result().orElseThrow().stateId());
  }

  @Test
  void a_limit_below_one_state_says_how_large_it_must_be() throws Exception {
    limit(MIB);
    JobView.ErrorView error = prepare("create table a (i int)").error().orElseThrow();
    assertThat(error.code()).isEqualTo("cache_limit_too_small");
    long recommended = Long.parseLong(error.details().get("recommended_min_bytes"));
    limit(3 * recommended);
    assertThat(prepare("create table a (i int)").error()).isEmpty();
  }

  @Test
  void what_a_dry_run_says_is_what_goes_and_the_log_knows_it_after_a_restart() throws Exception {
    JobView job = succeeded("create table a (i int)");
    engine.deleteInstance(job.result().orElseThrow().instanceId().orElseThrow(), true, false);
    CacheView.Evicted planned = engine.evict(OptionalLong.empty(), true);
    assertThat(engine.states(ListFilter.ALL)).as("a dry run").hasSize(2);

    CacheView.Evicted done = engine.evict(OptionalLong.empty(), false);

    assertThat(done.states())
        .extracting(CacheView.Gone::stateId)
        .containsExactlyElementsOf(planned.states().stream().map(CacheView.Gone::stateId).toList());
    assertThat(engine.states(ListFilter.ALL)).isEmpty();
    assertThat(engine.cache().usageBytes()).isZero();
    engine.shutdown(false);
    engine = newEngine();
    CacheView.Run run = engine.evictions(1).getFirst();
    assertThat(run.trigger()).isEqualTo("requested");
    assertThat(run.usageBytesBefore()).isPositive();
    assertThat(run.usageBytesAfter()).contains(0L);
    assertThat(run.states()).allMatch(gone -> gone.evictedAt().isPresent());
    assertThat(succeeded("create table a (i int)").result().orElseThrow().stepsRun()).isOne();
    assertThat(engine.cache().missesByReason()).containsEntry("evicted", 1L);
  }

  @Test
  void a_workspace_above_its_limit_loses_only_what_it_alone_uses() throws Exception {
    JobView job = succeeded("create table a (i int)");
    engine.deleteInstance(job.result().orElseThrow().instanceId().orElseThrow(), true, false);
    Path other = Files.createDirectory(directory.resolve("other"));
    JobView shared =
        await(engine.submit(TestRequests.psql(other, List.of("-c", "create table s ()"))));
    engine.deleteInstance(shared.result().orElseThrow().instanceId().orElseThrow(), true, false);
    Awaitility.await("uses are noted")
        .atMost(Duration.ofSeconds(30))
        .until(() -> engine.cache().workspaces().size() == 2);

    engine.setConfig(
        "cache.workspace.limits",
        JsonNodeFactory.instance.objectNode().put(workspace.toString(), MIB));
    succeeded("create table c (i int)"); // wakes the keeper

    Awaitility.await("the workspace's own state goes")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(engine.states(ListFilter.ALL))
                .extracting(StateView::stateId)
                .doesNotContain(job.result().orElseThrow().stateId())
                .contains(shared.result().orElseThrow().stateId(), state("base").stateId()));
    assertThat(engine.evictions(1).getFirst().workspace()).contains(workspace.toString());
  }

  @Test
  void a_pin_of_a_version_that_wrote_no_file_has_one_after_the_next_start() throws Exception {
    succeeded("create table a (i int)");
    String base = state("base").stateId();
    assertThat(engine.pinState(base, true)).isTrue();
    engine.shutdown(false);
    Path file = directory.resolve("store/states").resolve(base + ".pin");
    Files.delete(file);

    for (int start = 1; start <= 2; start++) {
      engine = newEngine();
      assertThat(file).as("start " + start).isRegularFile();
      engine.shutdown(false);
    }
    Files.delete(directory.resolve("store/registry.db"));
    engine = newEngine();
    assertThat(engine.cacheDetails())
        .filteredOn(CacheView.StateDetails::pinned)
        .as("after the registry was lost")
        .extracting(CacheView.StateDetails::stateId)
        .containsExactly(base);
  }

  private StateView state(String kind) {
    return engine.states(ListFilter.ALL).stream()
        .filter(state -> state.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private void limit(long bytes) {
    engine.setConfig("cache.capacity.maxBytes", JsonNodeFactory.instance.numberNode(bytes));
  }

  private JobView succeeded(String sql) throws InterruptedException {
    JobView job = prepare(sql);
    assertThat(job.error()).isEmpty();
    return job;
  }

  private JobView prepare(String sql) throws InterruptedException {
    return await(engine.submit(TestRequests.psql(workspace, List.of("-c", sql))));
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
