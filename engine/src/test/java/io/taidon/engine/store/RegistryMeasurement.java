package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Prints what the registry's operations cost, in microseconds, beside the floor: a bare commit of
 * one row in an SQLite database of the same kind. Its argument is the directory to work in.
 */
final class RegistryMeasurement {
  private static final int ROUNDS = 2_000;
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private RegistryMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Files.createTempDirectory(Path.of(arguments[0]), "registry");
    try {
      StoreLayout layout = new StoreLayout(root).create(false);
      long start = System.nanoTime();
      try (Registry registry = Registry.open(layout, InstantSource.system())) {
        OUT.printf("first open, with SQLite's library: %d us%n", micros(start));
        floor(root);
        measure(layout, registry);
      }
      start = System.nanoTime();
      Registry.open(layout, InstantSource.system()).close();
      OUT.printf("clean open and close: %d us%n", micros(start));
      Files.writeString(layout.registrySuspect(), "");
      start = System.nanoTime();
      Registry.open(layout, InstantSource.system()).close();
      OUT.printf(
          "open with quick_check of %d KiB and %d states: %d us%n",
          Files.size(layout.registry()) / 1024, ROUNDS, micros(start));
      Files.delete(layout.registry());
      start = System.nanoTime();
      Registry.open(layout, InstantSource.system()).close();
      OUT.printf("rebuild of %d states: %d us%n", ROUNDS, micros(start));
    } finally {
      delete(root);
    }
  }

  private static void floor(Path root) throws Exception {
    try (SqliteConnection bare = SqliteConnection.open(root.resolve("bare.db"))) {
      bare.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)");
      report(
          "floor: commit of one row",
          i -> {
            try {
              bare.update("INSERT INTO t (x) VALUES (?)", "row");
            } catch (java.sql.SQLException e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private static void measure(StoreLayout layout, Registry registry) {
    List<StateId> ids = IntStream.range(0, ROUNDS).mapToObj(StoreSamples::stateId).toList();
    ids.forEach(id -> StoreSamples.putDirectory(layout, id));
    report(
        "register state",
        i -> registry.states().register(StoreSamples.state(ids.get(i), Optional.empty())));
    report("contains, hit", i -> registry.states().contains(ids.get(i)));
    StateId unknown = StoreSamples.stateId(-1);
    report("contains, miss", i -> registry.states().contains(unknown));
    report("touch 10 states", i -> registry.states().touch(ids.subList(0, 10)));
    report(
        "insert job and 5 tasks",
        i -> {
          JobRecord job = StoreSamples.job(StoreSamples.NOW);
          registry.jobs().insert(job, tasks(job.id()));
        });
    JobRecord job = StoreSamples.job(StoreSamples.NOW);
    registry.jobs().insert(job, List.of());
    List<JobEvent.Draft> drafts =
        IntStream.range(0, 100).mapToObj(i -> StoreSamples.log("psql: line " + i)).toList();
    IntConsumer append = i -> registry.events().append(job.id(), drafts);
    report(200, "append 100 events", append);
    report("read 100 events", i -> registry.events().read(job.id(), i, 100));
    report(
        "register instance", i -> registry.instances().register(StoreSamples.instance(ids.get(i))));
    long start = System.nanoTime();
    registry.checkpoint();
    OUT.printf("checkpoint: %d us%n", micros(start));
  }

  private static List<TaskRecord> tasks(JobId job) {
    return IntStream.rangeClosed(1, 5)
        .mapToObj(i ->
            TaskRecord.queued(
                job,
                TaskId.execute(i),
                TaskType.STATE_EXECUTE,
                "-f a.sql",
                Optional.empty(),
                Optional.empty(),
                false))
        .toList();
  }

  private static void report(String what, IntConsumer operation) {
    report(ROUNDS, what, operation);
  }

  private static void report(int rounds, String what, IntConsumer operation) {
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      operation.accept(i);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    OUT.printf(
        "%s: p50 %d us, p95 %d us, p99 %d us, max %d us%n",
        what,
        nanos[rounds / 2] / 1000,
        nanos[rounds * 95 / 100] / 1000,
        nanos[rounds * 99 / 100] / 1000,
        nanos[rounds - 1] / 1000);
  }

  private static long micros(long start) {
    return (System.nanoTime() - start) / 1000;
  }

  private static void delete(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path left, IOException failure)
              throws IOException {
            Files.delete(left);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
