package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.zfs.ZfsBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is ZFS's own: families of datasets, and what kills leave of them. */
class ZfsBackendTest {
  private static final int FAMILY = 14;
  private static ZfsPool pool;
  private final SnapshotBackend backend = new ZfsBackend();
  private Path store;

  @BeforeAll
  static void makePool() {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    pool = ZfsPool.create(400);
  }

  @AfterAll
  static void destroyPool() {
    if (pool != null) {
      pool.close();
    }
  }

  @BeforeEach
  void makeStore() throws IOException {
    store = Files.createTempDirectory(pool.root(), "store");
  }

  @AfterEach
  void everythingGoes() {
    backend.delete(store);
    assertThat(pool.list("origin")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aFamilyGoesInAnyOrder(long seed) throws IOException {
    Random random = new Random(seed);
    Map<Path, String> alive = family(random);
    List<Path> order = new ArrayList<>(alive.keySet());
    Collections.shuffle(order, random);

    for (Path next : order) {
      backend.delete(next);
      alive.remove(next);
      assertIntact(alive, "seed " + seed + " after " + next.getFileName());
      assertThat(names(store)).hasSize(alive.size());
      assertThat(datasets()).as("seed " + seed).hasSize(alive.size());
    }
    assertThat(pool.list("origin")).isEmpty();
  }

  @Test
  void aFamilyGoesAtOnce() throws Exception {
    Map<Path, String> all = family(new Random(7));
    Path kept = all.keySet().iterator().next();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> deletions = new ArrayList<>();
      for (Path path : all.keySet()) {
        if (!path.equals(kept)) {
          deletions.add(executor.submit(() -> backend.delete(path)));
        }
      }
      for (Future<?> deletion : deletions) {
        deletion.get();
      }
    }

    assertIntact(Map.of(kept, all.get(kept)), "the last one");
    assertThat(datasets()).hasSize(1);
  }

  /** States and clones that descend from each other, each with its own name as content. */
  private Map<Path, String> family(Random random) throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    List<Path> states = new ArrayList<>();
    Path first = store.resolve("work");
    backend.create(first);
    Files.writeString(first.resolve("content"), "");
    states.add(store.resolve("s00"));
    backend.seal(first, states.getFirst());
    contents.put(states.getFirst(), "");
    for (int i = 1; i < FAMILY; i++) {
      Path from = states.get(random.nextInt(states.size()));
      Path clone = store.resolve("c%02d".formatted(i));
      backend.clone(from, clone);
      Files.writeString(clone.resolve("content"), "+" + i, StandardOpenOption.APPEND);
      String content = contents.get(from) + "+" + i;
      Path state = store.resolve("s%02d".formatted(i));
      int fate = random.nextInt(3);
      if (fate != 0) {
        states.add(state);
        contents.put(state, content);
      }
      switch (fate) {
        case 0 -> contents.put(clone, content);
        case 1 -> backend.seal(clone, state);
        default -> {
          backend.snapshot(clone, state);
          Files.writeString(clone.resolve("content"), "!", StandardOpenOption.APPEND);
          contents.put(clone, content + "!");
        }
      }
    }
    return contents;
  }

  private static void assertIntact(Map<Path, String> contents, String when) {
    contents.forEach(
        (path, content) -> assertThat(path.resolve("content")).as(when).hasContent(content));
  }

  @Test
  void whatIsNotMountedIsMountedAgain() throws IOException {
    Path state = sealed("state");
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    Files.writeString(clone.resolve("own"), "own");
    unmount(clone);
    unmount(state);
    assertThat(names(state)).isEmpty();

    ZfsBackend.settle(store);

    assertThat(state.resolve("PG_VERSION")).hasContent("17");
    assertThat(clone.resolve("own")).hasContent("own");
  }

  @Test
  void whatIsNotMountedIsDeletedAllTheSame() throws IOException {
    Path state = sealed("state");
    unmount(state);

    backend.delete(state);

    assertThat(state).doesNotExist();
    assertThat(datasets()).isEmpty();
  }

  /** Each step of a deletion, by the command that does it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aDeletionThatWasKilledIsFinished(int steps) throws IOException {
    Path state = sealed("state");
    Path first = store.resolve("first");
    Path second = store.resolve("second");
    backend.clone(state, first);
    backend.clone(state, second);
    String dataset = datasetAt(state);
    List<List<String>> commands =
        List.of(
            List.of("zfs", "set", "mountpoint=none", dataset),
            List.of("zfs", "destroy", "-d", stateSnapshot(dataset)),
            List.of("zfs", "promote", datasetAt(second)));
    commands.subList(0, steps).forEach(c -> LoopFileSystem.run(c.toArray(String[]::new)));

    backend.sweep(store);
    backend.delete(state);

    assertThat(names(store)).containsExactlyInAnyOrder("first", "second");
    assertThat(datasets()).hasSize(2);
    for (Path clone : List.of(first, second)) {
      assertThat(clone.resolve("PG_VERSION")).hasContent("17");
      backend.delete(clone);
    }
  }

  @Test
  void theSourceOfAStateThatWasNeverMadeIsDropped() throws IOException {
    Path state = sealed("state");
    Path work = store.resolve("work");
    backend.clone(state, work);
    backend.snapshot(work, store.resolve("kept"));
    LoopFileSystem.run("zfs", "snapshot", datasetAt(work) + "@source-1");

    backend.sweep(store);

    assertThat(pool.list("origin").stream().filter(line -> line.startsWith(datasetAt(work) + "@")))
        .as("the one that a state is made from stays")
        .hasSize(1);
    assertThat(names(store)).containsExactlyInAnyOrder("state", "work", "kept");
  }

  @Test
  void othersDatasetsAreLeftAlone() throws IOException {
    Path theirs = store.resolve("theirs");
    LoopFileSystem.run("zfs", "create", "-o", "mountpoint=" + theirs, pool.name() + "/theirs");
    try {
      TaidonException failure =
          catchThrowableOfType(TaidonException.class, () -> backend.delete(theirs));
      assertThat(failure.code()).isEqualTo(ErrorCode.SNAPSHOT_FAILED);
      assertThat(failure.details()).containsEntry("errno", "EBUSY");

      unmount(theirs);
      backend.sweep(store);
      assertThat(pool.list("mounted")).containsExactly(pool.name() + "/theirs\tno");
    } finally {
      LoopFileSystem.run("zfs", "destroy", pool.name() + "/theirs");
    }
  }

  @Test
  void aStateWithClonesHasNothingOfItsOwn() throws IOException {
    Path state = sealed("state");
    pool.endTransaction();
    long alone = backend.usage(state).exclusiveBytes().orElseThrow();
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    Files.write(clone.resolve("own"), new byte[1 << 20]);
    pool.endTransaction();

    assertThat(alone).isGreaterThan(1 << 20);
    assertThat(backend.usage(state).exclusiveBytes()).hasValue(0);

    backend.delete(state);
    pool.endTransaction();
    assertThat(backend.usage(clone).exclusiveBytes().orElseThrow())
        .isGreaterThan(alone + (1 << 20) - 256 * 1024);
  }

  @Test
  void aStateGoesWhileServersRunOnItsClones() throws IOException {
    Path state = sealed("state");
    Path first = store.resolve("first");
    Path second = store.resolve("second");
    backend.clone(state, first);
    backend.clone(state, second);
    try (FileChannel one = open(first.resolve("empty"));
        FileChannel two = open(second.resolve("empty"))) {
      backend.delete(state);
      assertThat(one.write(ByteBuffer.wrap(new byte[8]))).isEqualTo(8);
      assertThat(two.write(ByteBuffer.wrap(new byte[8]))).isEqualTo(8);
    }
    assertThat(Files.size(second.resolve("empty"))).isEqualTo(8);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE);
  }

  @Test
  void aFullPoolSaysSoAndCanBeEmptied() throws IOException {
    Path state = sealed("state");
    Path big = store.resolve("big");
    backend.clone(state, big);
    fillUp(big.resolve("big"), new byte[1 << 20]);
    fillUp(big.resolve("rest"), new byte[4096]);
    TaidonException failure = cloneUntilFull(state);

    assertThat(failure.code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(failure.sentence()).contains(store.toString(), "free");
    assertThat(failure.remedy()).isPresent();
    backend.delete(big);
    backend.clone(state, store.resolve("clone"));
    assertThat(store.resolve("clone/PG_VERSION")).hasContent("17");
  }

  private TaidonException cloneUntilFull(Path state) {
    for (int i = 0; i < 1000; i++) {
      Path clone = store.resolve("c" + i);
      try {
        backend.clone(state, clone);
      } catch (TaidonException e) {
        assertThat(clone).doesNotExist();
        return e;
      }
    }
    throw new AssertionError("the pool never fills");
  }

  private static void fillUp(Path file, byte[] piece) {
    try {
      while (true) {
        Files.write(file, piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private Path sealed(String name) throws IOException {
    Path work = store.resolve("work");
    backend.create(work);
    ClusterTree.fill(work);
    Path state = store.resolve(name);
    backend.seal(work, state);
    return state;
  }

  private static String stateSnapshot(String dataset) {
    return pool.list("origin").stream()
        .filter(line -> line.startsWith(dataset + "@state-"))
        .map(line -> line.substring(0, line.indexOf('\t')))
        .findFirst()
        .orElseThrow();
  }

  private static void unmount(Path path) {
    LoopFileSystem.run("zfs", "unmount", path.toString());
  }

  private static String datasetAt(Path path) {
    return pool.list("mountpoint").stream()
        .filter(line -> line.endsWith("\t" + path))
        .map(line -> line.substring(0, line.indexOf('\t')))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> datasets() {
    return pool.list("origin").stream()
        .filter(line -> !line.contains("@") || line.indexOf('@') > line.indexOf('\t'))
        .toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
