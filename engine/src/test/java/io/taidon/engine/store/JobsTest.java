package io.taidon.engine.store;

import static io.taidon.engine.store.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.JobStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsTest {
  private static final int MAX_EVENTS = 100;

  @TempDir Path directory;
  private StoreLayout layout;
  private Registry registry;

  @BeforeEach
  void open() {
    layout = StoreSamples.layout(directory);
    registry = Registry.open(layout, StoreSamples.CLOCK, MAX_EVENTS);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void aJobAndItsTasksComeBackAsTheyWent() {
    JobRecord job = StoreSamples.job(NOW);
    List<TaskRecord> tasks = tasks(job.id());
    registry.jobs().insert(job, tasks.subList(0, 1));
    assertThat(registry.jobs().find(job.id())).contains(job);
    registry.jobs().replaceTasks(job.id(), tasks);
    assertThat(registry.jobs().tasks(job.id())).isEqualTo(tasks);
    assertThat(registry.jobs().tasks()).isEqualTo(tasks);
    TaskRecord ended = tasks.get(1).started(NOW).failed(NOW.plusSeconds(1), "{}");
    assertThat(registry.jobs().changeTask(job.id(), TaskId.execute(1), t -> ended)).contains(ended);
    assertThat(registry.jobs().tasks(job.id()).get(1)).isEqualTo(ended);
    assertThat(registry.jobs().changeTask(job.id(), TaskId.execute(9), t -> t)).isEmpty();
    assertThatThrownBy(() -> registry.jobs().insert(job, List.of()))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }

  @Test
  void anEndedJobNeverChanges() {
    JobRecord job = StoreSamples.job(NOW);
    registry.jobs().insert(job, List.of());
    registry.jobs().change(job.id(), j -> j.started(NOW).signed("s"));
    JobRecord done =
        registry.jobs().change(job.id(), j -> j.succeeded(NOW, "{\"dsn\":1}")).orElseThrow();
    assertThat(registry.jobs().change(job.id(), j -> j.failed(NOW, "{}"))).contains(done);
    assertThat(registry.jobs().find(job.id())).contains(done);
    assertThat(done.signature()).contains("s");
    assertThat(registry.jobs().change(JobId.random(), j -> j)).isEmpty();
  }

  @Test
  void jobsAreListedByFilter() {
    JobRecord first = StoreSamples.job(NOW);
    JobRecord second = StoreSamples.job(NOW.minusSeconds(1));
    registry.jobs().insert(first, List.of());
    registry.jobs().insert(second, List.of());
    assertThat(registry.jobs().list(JobFilter.ALL)).containsExactly(second, first);
    assertThat(registry.jobs().list(JobFilter.ofSession(first.session()))).containsExactly(first);
    assertThat(
            registry
                .jobs()
                .list(
                    new JobFilter(
                        Optional.empty(),
                        Optional.of(JobStatus.RUNNING),
                        Optional.empty(),
                        Optional.empty())))
        .isEmpty();
    assertThat(registry.jobs().find(new IdPrefix(first.id().hex().substring(0, 12))))
        .contains(first.id());
  }

  @Test
  void concurrentAppendsLeaveNoGap() throws Exception {
    JobRecord job = StoreSamples.job(NOW);
    registry.jobs().insert(job, List.of());
    int threads = 10;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String text = "thread " + i;
        all.add(
            executor.submit(() -> {
              long last = 0;
              for (int k = 0; k < 3; k++) {
                last =
                    registry
                        .events()
                        .append(job.id(), List.of(StoreSamples.log(text), StoreSamples.log(text)));
              }
              return last;
            }));
      }
      for (Future<Long> each : all) {
        assertThat(each.get()).isBetween(6L, 60L);
      }
    }
    List<JobEvent> events = registry.events().read(job.id(), 1, 1000);
    assertThat(events)
        .extracting(JobEvent::seq)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
    for (int i = 0; i < events.size(); i += 2) {
      assertThat(events.get(i).json())
          .as("batches stay together")
          .isEqualTo(events.get(i + 1).json());
    }
    assertThat(registry.events().read(job.id(), 59, 1)).containsExactly(events.get(58));
    assertThat(registry.events().read(job.id(), 61, 10)).isEmpty();
  }

  @Test
  void logEventsAreBounded() {
    JobRecord job = StoreSamples.job(NOW);
    registry.jobs().insert(job, List.of());
    List<JobEvent.Draft> logs =
        IntStream.range(0, MAX_EVENTS + 50).mapToObj(i -> StoreSamples.log("x")).toList();
    assertThat(registry.events().append(job.id(), logs)).isEqualTo(MAX_EVENTS + 1);
    registry.events().append(job.id(), logs);
    long last =
        registry
            .events()
            .append(
                job.id(),
                List.of(
                    StoreSamples.log("y"),
                    new JobEvent.Draft(EventType.TASK, "{}"),
                    new JobEvent.Draft(EventType.RESULT, "{}")));
    assertThat(last).isEqualTo(MAX_EVENTS + 3).isEqualTo(registry.events().count(job.id()));
    assertThat(registry.events().read(job.id(), MAX_EVENTS, 10))
        .extracting(JobEvent::type)
        .containsExactly(EventType.LOG, EventType.TRUNCATED, EventType.TASK, EventType.RESULT);
  }

  @Test
  void eventsOfAnUnknownJob() {
    assertThatThrownBy(
            () -> registry.events().append(JobId.random(), List.of(StoreSamples.log("x"))))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    assertThat(registry.events().count(JobId.random())).isZero();
  }

  @Test
  void retentionBoundsCountAgeAndBytesAndTouchesNothingElse() throws Exception {
    List<JobId> ended = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      JobRecord job = StoreSamples.job(NOW.plusSeconds(i));
      registry.jobs().insert(job, List.of());
      String signature = "s" + i;
      Instant end = NOW.plusSeconds(i);
      registry.jobs().change(job.id(), j -> j.started(end).signed(signature));
      registry.jobs().change(job.id(), j -> j.succeeded(end, "{}"));
      ended.add(job.id());
    }
    JobRecord running = StoreSamples.job(NOW.minusSeconds(9_999));
    registry.jobs().insert(running, List.of());
    Path files = Files.createDirectories(layout.job(ended.get(4)));
    Files.write(files.resolve("stdin"), new byte[1 << 20]);
    Path live = Files.createDirectories(layout.instances().resolve("a".repeat(32)));
    JobRetention retention = new JobRetention(layout, registry);
    Instant now = NOW.plusSeconds(1_000);

    assertThat(retention.apply(limits(0, Duration.ZERO, 0), now)).isEmpty();
    assertThat(retention.apply(limits(4, Duration.ZERO, 0), now)).containsExactly(ended.get(0));
    assertThat(retention.apply(limits(0, Duration.ofSeconds(998), 0), now))
        .containsExactly(ended.get(1));
    assertThat(retention.apply(limits(0, Duration.ZERO, (1 << 20) + 1_000), now)).isEmpty();
    assertThat(retention.apply(limits(1, Duration.ofSeconds(1), 1), NOW.plusSeconds(5)))
        .as("their clients may still be reading")
        .isEmpty();
    assertThat(retention.apply(limits(0, Duration.ZERO, 1 << 20), now))
        .as("the newest is too large, so no older one has room")
        .containsExactly(ended.get(4), ended.get(3), ended.get(2));
    assertThat(files).doesNotExist();
    assertThat(registry.jobs().list(JobFilter.ALL)).containsExactly(running);
    assertThat(live).exists();
  }

  private static JobRetention.Limits limits(int count, Duration age, long bytes) {
    return new JobRetention.Limits(0, count, age, bytes, Duration.ofSeconds(100));
  }

  @Test
  void retentionKeepsTheNewestOfEachSignature() throws Exception {
    Path precious = Files.writeString(directory.resolve("precious"), "x");
    List<JobId> old = new ArrayList<>();
    List<JobId> kept = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      (i < 3 ? old : kept).add(ended(i, "same"));
    }
    kept.add(ended(0, "other"));
    JobRecord running = StoreSamples.job(NOW.minusSeconds(100));
    registry.jobs().insert(running, List.of());
    registry.jobs().change(running.id(), j -> j.started(NOW).signed("same"));
    kept.add(running.id());
    for (JobId id : old) {
      Files.createDirectories(layout.job(id).resolve("deep"));
      Files.createSymbolicLink(layout.job(id).resolve("deep/link"), precious);
      Files.createSymbolicLink(layout.job(id).resolve("deep/directory"), directory);
    }
    Files.createDirectories(layout.job(kept.getFirst()));

    JobRetention retention = new JobRetention(layout, registry);
    assertThat(retention.apply(0, Instant.parse("2999-01-01T00:00:00Z"))).isEmpty();
    assertThat(retention.apply(2, Instant.parse("2999-01-01T00:00:00Z"))).isEqualTo(old);
    assertThat(retention.apply(2, Instant.parse("2999-01-01T00:00:00Z"))).isEmpty();
    assertThat(registry.jobs().list(JobFilter.ALL))
        .extracting(JobRecord::id)
        .containsExactlyInAnyOrderElementsOf(kept);
    assertThat(old).allSatisfy(id -> assertThat(layout.job(id)).doesNotExist());
    assertThat(old).allSatisfy(id -> assertThat(registry.jobs().tasks(id)).isEmpty());
    assertThat(old).allSatisfy(id -> assertThat(registry.events().read(id, 1, 9)).isEmpty());
    assertThat(layout.job(kept.getFirst())).isDirectory();
    assertThat(precious).exists();
    assertThat(retention.remove(running.id())).isTrue();
    assertThat(retention.remove(running.id())).isFalse();
  }

  private JobId ended(int second, String signature) {
    JobRecord job = StoreSamples.job(NOW.plusSeconds(second));
    registry.jobs().insert(job, tasks(job.id()));
    registry.events().append(job.id(), List.of(StoreSamples.log("x")));
    registry.jobs().change(job.id(), j -> j.signed(signature).succeeded(NOW, "{}"));
    return job.id();
  }

  private static List<TaskRecord> tasks(JobId job) {
    return List.of(
        TaskRecord.queued(
            job, TaskId.PLAN, TaskType.PLAN, "plan", Optional.empty(), Optional.empty(), false),
        TaskRecord.queued(
            job,
            TaskId.execute(1),
            TaskType.STATE_EXECUTE,
            "-f a.sql",
            Optional.of(StoreSamples.stateId(1)),
            Optional.of(StoreSamples.stateId(2)),
            true),
        TaskRecord.queued(
            job,
            TaskId.PREPARE_INSTANCE,
            TaskType.PREPARE_INSTANCE,
            "",
            Optional.of(StoreSamples.stateId(2)),
            Optional.empty(),
            false));
  }
}
