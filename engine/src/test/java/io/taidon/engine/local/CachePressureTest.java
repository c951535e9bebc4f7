package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.taidon.engine.CacheView;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.Thorough;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.ZfsPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Fifty different prepares, several at once, on a small file system of their own with a limit that
 * holds a few of their states. What the file system gives away is sampled from outside all the
 * while.
 */
@Timeout(1800)
class CachePressureTest {
  private static final long MIB = 1024 * 1024;
  private static final int PREPARES = 50;
  private static final int AT_ONCE = 3;

  /** Where, with which backend, and how much of it the states may take. */
  enum Place {
    BTRFS("btrfs", 1500, 250, 60),
    XFS("reflink", 1500, 250, 60),
    ZFS("zfs", 1500, 250, 60),
    OVERLAY("overlay", 1500, 250, 60),
    COPY("copy", 2500, 500, 150);

    private final String backend;
    private final int megabytes;
    private final long limit;

    /** What one job takes beside states: where it builds, and its instance. */
    private final long work;

    Place(String backend, int megabytes, long limitMebibytes, long workMebibytes) {
      this.backend = backend;
      this.megabytes = megabytes;
      this.limit = limitMebibytes * MIB;
      this.work = workMebibytes * MIB;
    }

    Disk make() {
      return switch (this) {
        case BTRFS -> Disk.of(LoopFileSystem.create(LoopFileSystem.Type.BTRFS, megabytes));
        case XFS -> Disk.of(LoopFileSystem.create(LoopFileSystem.Type.XFS, megabytes));
        case OVERLAY, COPY -> Disk.of(LoopFileSystem.create(LoopFileSystem.Type.EXT4, megabytes));
        case ZFS -> Disk.of(ZfsPool.create(megabytes));
      };
    }
  }

  /** A file system of its own. */
  private record Disk(Path store, AutoCloseable fileSystem) implements AutoCloseable {
    static Disk of(LoopFileSystem made) {
      return new Disk(made.root().resolve("store"), made);
    }

    static Disk of(ZfsPool pool) {
      try {
        return new Disk(pool.makeStore(), pool);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * What is taken, as df says it, but for a constant: on ZFS the size of a file system is that of
     * its own dataset, and only what is available is the pool's.
     */
    long taken() {
      try {
        return -Files.getFileStore(store()).getUsableSpace();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws Exception {
      fileSystem.close();
    }
  }

  static final List<Place> PLACES =
      Thorough.orFirst(2, List.of(Place.BTRFS, Place.COPY, Place.XFS, Place.OVERLAY, Place.ZFS));

  @TempDir Path workspace;

  @ParameterizedTest
  @FieldSource("PLACES")
  @Execution(ExecutionMode.CONCURRENT)
  void the_limit_holds_while_fifty_different_prepares_run(Place place) throws Exception {
    try (Disk disk = place.make()) {
      LocalEngine engine = open(place, disk.store());
      try {
        prepare(engine, 0); // state 0, and all that is unpacked once
        evictAll(engine);
        long before = settled(disk);
        engine.setConfig("cache.capacity.maxBytes", number(place.limit));
        engine.setConfig("cache.capacity.reserveBytes", number(20 * MIB));

        long most = sampled(disk, engine, () -> prepareAll(engine)) - before;

        CacheView view = engine.cache();
        assertThat(most)
            .as("taken at most beside what was there, of which jobs took a part")
            .isLessThan(place.limit + AT_ONCE * place.work);
        assertThat(view.usageBytes()).isLessThanOrEqualTo(place.limit);
        assertThat(view.stateCount()).as("not everything went").isGreaterThan(3);
        assertThat(view.lastEviction()).isPresent();
        accountsForWhatTheDiskSays(engine, disk, before);
        everyRunSaysWhatWasBeforeAndAfter(engine);
        evictAll(engine);
        assertThat(engine.states(ListFilter.ALL)).isEmpty();
        Awaitility.await("nothing is left behind")
            .atMost(Duration.ofSeconds(60))
            .until(() -> {
              sync(disk);
              return disk.taken() < before + 30 * MIB;
            });
      } finally {
        engine.shutdown(false);
      }
    }
  }

  private static void evictAll(LocalEngine engine) {
    CacheView.Evicted ignored = engine.evict(OptionalLong.empty(), false);
  }

  private LocalEngine open(Place place, Path store) {
    LocalEngine engine =
        LocalEngine.open(
            new EngineSettings(
                store,
                List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
                Optional.of(place.backend),
                WorkerCommand.ofThisProcess(),
                Optional.empty()));
    engine.setConfig("cache.capacity.minStateAge", JsonNodeFactory.instance.textNode("0s"));
    return engine;
  }

  /** Ten families of five: the first step is shared, the second one is not. */
  private void prepareAll(LocalEngine engine) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 1; i <= PREPARES; i++) {
        int number = i;
        all.add(
            clients.submit(() -> {
              prepare(engine, number);
              return true;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private void prepare(LocalEngine engine, int number) throws Exception {
    JobView job =
        engine.submit(
            TestRequests.psql(
                workspace,
                List.of(
                    "-c",
                    "create table family as select "
                        + number / 5
                        + " f, generate_series(1, 60000) i",
                    "-c",
                    "create table own as select " + number + " n, generate_series(1, 30000) i")));
    JobView ended = EngineCalls.end(engine, job);
    assertThat(ended.error()).as("prepare " + number).isEmpty();
    engine.deleteInstance(ended.result().orElseThrow().instanceId().orElseThrow(), true, false);
  }

  /** Does the work and gives the most that was taken meanwhile. */
  private static long sampled(Disk disk, LocalEngine engine, Work work) throws Exception {
    AtomicLong most = new AtomicLong(Long.MIN_VALUE);
    AtomicBoolean over = new AtomicBoolean();
    Thread sampler =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                most.accumulateAndGet(disk.taken(), Math::max);
                Thread.onSpinWait();
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
              }
            });
    try {
      work.run();
    } finally {
      over.set(true);
      sampler.join();
    }
    return most.get();
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Shared bytes are counted once, whatever order states went in. */
  private static void accountsForWhatTheDiskSays(LocalEngine engine, Disk disk, long before) {
    Awaitility.await("accounts agree with the disk")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          sync(disk);
          long said = engine.cache().usageBytes();
          assertThat(disk.taken() - before)
              .isBetween(said - said / 10 - 15 * MIB, said + said / 10 + 15 * MIB);
        });
  }

  private static void everyRunSaysWhatWasBeforeAndAfter(LocalEngine engine) {
    Awaitility.await("a pass in the background may still be going on")
        .atMost(Duration.ofSeconds(60))
        .until(() -> engine.evictions(1).getFirst().completedAt().isPresent());
    List<CacheView.Run> runs = engine.evictions(1000);
    assertThat(runs).hasSizeGreaterThan(1);
    for (CacheView.Run run : runs) {
      assertThat(run.completedAt()).isPresent();
      assertThat(run.states()).hasSize((int) run.evictedCount());
      if (run.evictedCount() > 0) {
        assertThat(run.usageBytesAfter().orElseThrow()).isNotNegative();
        assertThat(run.states()).allMatch(gone -> gone.rebuildMillis().isPresent());
      }
    }
  }

  private static long settled(Disk disk) throws IOException {
    long[] last = {-1};
    Awaitility.await("what was deleted is given back")
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          sync(disk);
          long now = disk.taken();
          boolean same = Math.abs(now - last[0]) < MIB;
          last[0] = now;
          return same;
        });
    return last[0];
  }

  private static void sync(Disk disk) throws IOException {
    boolean ignored = io.taidon.engine.snapshot.linux.Durability.reclaim(disk.store());
  }

  private static JsonNode number(long number) {
    return JsonNodeFactory.instance.numberNode(number);
  }
}
