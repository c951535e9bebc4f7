package io.taidon.engine.bench;

import io.taidon.engine.bench.Settings.Place;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.BackendProbe;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.awaitility.Awaitility;

/**
 * What the operations of a backend cost: clone, seal and delete beside the cheapest native means,
 * and how many bytes a clone has of its own after one row was changed.
 */
final class BackendOperations {
  private static final OsUser OS_USER = OsUser.current();

  private final Settings settings;
  private final Report report;
  private final BackendTable table;
  private int number;

  BackendOperations(Settings settings, Report report, BackendTable table) {
    this.settings = settings;
    this.report = report;
    this.table = table;
  }

  void measure(EngineUnderTest engine, Place place, StateSize size, Path state) throws IOException {
    SnapshotBackend backend = BackendProbe.backend(place.backend()).orElseThrow();
    report.section(
        "Operations of the backend with a "
            + size.wireName()
            + " state, "
            + text(backend.usage(state))
            + ": "
            + place.describe());
    Path work =
        Files.createDirectories(
            state.resolveSibling("../bench-operations-" + size.wireName()).normalize());
    OS_USER.own(work);
    operations(place, size, backend, state, work);
    oneRow(place, size, backend, engine.postgres(), state, work);
    backend.delete(work);
  }

  private static String text(Usage usage) {
    return String.format(
        Locale.ROOT, "%,d MB in %,d files", usage.logicalBytes() / 1_000_000, usage.files());
  }

  private void operations(
      Place place, StateSize size, SnapshotBackend backend, Path state, Path work)
      throws IOException {
    int rounds = size.operations(settings, place);
    Samples cloneFloor = new Samples();
    Samples clone = new Samples();
    Samples sealFloor = new Samples();
    Samples seal = new Samples();
    Samples deleteFloor = new Samples();
    Samples delete = new Samples();
    for (int i = 0; i < rounds + 1; i++) {
      Path floor = next(work);
      Path cloned = next(work);
      Path sealed = next(work);
      boolean warm = i > 0;
      timed(warm, cloneFloor, () -> nativeClone(backend, state, floor));
      timed(warm, clone, () -> backend.clone(state, cloned));
      timed(warm, seal, () -> backend.seal(cloned, sealed));
      Path renamed = next(work);
      if (backend.kind() == BackendKind.ZFS || backend.kind() == BackendKind.OVERLAY) {
        timed(warm, deleteFloor, () -> backend.delete(floor)); // its own is the cheapest there is
      } else {
        timed(warm, sealFloor, () -> move(floor, renamed));
        timed(warm, deleteFloor, () -> nativeDelete(backend.kind(), renamed));
      }
      timed(warm, delete, () -> backend.delete(sealed));
    }
    report.fact("floor: clone", cloneFloor);
    report.ratio("clone", clone, cloneFloor);
    if (sealFloor.isEmpty()) {
      table.put(place, size, BackendTable.SEAL, seal, seal);
    } else {
      report.fact("floor: rename", sealFloor);
      table.put(place, size, BackendTable.SEAL, seal, sealFloor);
    }
    report.fact("seal", seal);
    report.fact("floor: delete", deleteFloor);
    report.ratio("delete", delete, deleteFloor);
    table.put(place, size, BackendTable.CLONE, clone, cloneFloor);
    table.put(place, size, BackendTable.DELETE, delete, deleteFloor);
  }

  /** What a clone has of its own when its server has changed one row and was stopped. */
  private void oneRow(
      Place place,
      StateSize size,
      SnapshotBackend backend,
      PostgresHome home,
      Path state,
      Path work)
      throws IOException {
    Path clone = next(work);
    backend.clone(state, clone);
    Durability.syncFileSystem(work);
    OptionalLong untouched = backend.usage(clone).exclusiveBytes();
    Path control = Files.createDirectories(next(work));
    PostgresServer server =
        PostgresServer.start(home, OS_USER, ServerOptions.instance(clone, control));
    try (SimpleQueryConnection connection = server.connect("postgres")) {
      var unused =
          connection.query(
              "UPDATE shop.customer SET name = name || '.' WHERE ctid = (SELECT min(ctid) FROM shop.customer)");
    } finally {
      server.stop(PostgresServer.StopMode.FAST);
    }
    backend.close(clone);
    Durability.syncFileSystem(work);
    OptionalLong after = settled(backend, clone);
    report.note(
        "exclusive bytes of a clone: "
            + kib(untouched)
            + " untouched, "
            + kib(after)
            + " after one row was changed and the server stopped");
    table.put(place, size, BackendTable.EXCLUSIVE, kib(after));
    backend.delete(clone);
    backend.delete(control);
  }

  /** ZFS accounts for what was written when its transaction group is over, up to 30 s later. */
  private static OptionalLong settled(SnapshotBackend backend, Path clone) {
    if (backend.kind() == BackendKind.ZFS) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> backend.usage(clone).exclusiveBytes().orElse(1) > 0);
    }
    return backend.usage(clone).exclusiveBytes();
  }

  private static String kib(OptionalLong bytes) {
    return bytes.isEmpty()
        ? "not known here"
        : String.format(Locale.ROOT, "%,d KiB", bytes.getAsLong() / 1024);
  }

  private static void nativeClone(SnapshotBackend backend, Path state, Path target) {
    switch (backend.kind()) {
      case BTRFS ->
          Processes.run(
              List.of("btrfs", "subvolume", "snapshot", state.toString(), target.toString()));
      case REFLINK ->
          Processes.run(
              List.of("cp", "-a", "--reflink=always", state.toString(), target.toString()));
      case COPY ->
          Processes.run(
              List.of("cp", "-a", "--reflink=never", state.toString(), target.toString()));
      case ZFS, OVERLAY -> backend.clone(state, target); // its own is the cheapest there is
    }
  }

  private static void nativeDelete(BackendKind kind, Path directory) {
    if (kind == BackendKind.BTRFS) {
      Processes.run(List.of("btrfs", "subvolume", "delete", directory.toString()));
    } else {
      Processes.run(List.of("rm", "-rf", directory.toString()));
    }
  }

  private static void move(Path from, Path to) throws IOException {
    var unused = Files.move(from, to);
  }

  private Path next(Path work) {
    return work.resolve("o" + ++number);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void timed(boolean counts, Samples samples, Work work) throws IOException {
    long begin = System.nanoTime();
    work.run();
    if (counts) {
      samples.addSince(begin);
    }
  }
}
