package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.btrfs.BtrfsBackend;
import io.taidon.engine.snapshot.copy.CopyBackend;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.overlay.OverlayBackend;
import io.taidon.engine.snapshot.reflink.ReflinkBackend;
import io.taidon.engine.snapshot.zfs.ZfsBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every backend promises, on a real file system each. */
@ParameterizedClass(name = "{0}")
@EnumSource(SnapshotBackendContractTest.Case.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotBackendContractTest {
  /** A backend and where it works. */
  enum Case {
    COPY_IN_TEMPORARY_DIRECTORY(null, 0),
    PORTABLE_COPY(null, 0),
    COPY_ON_BTRFS(LoopFileSystem.Type.BTRFS, 1200),
    REFLINK_ON_XFS(LoopFileSystem.Type.XFS, 1280),
    REFLINK_ON_BTRFS(LoopFileSystem.Type.BTRFS, 1200),
    BTRFS(LoopFileSystem.Type.BTRFS, 1200),
    ZFS(null, 0),
    OVERLAY_IN_TEMPORARY_DIRECTORY(null, 0),
    OVERLAY_ON_EXT4(LoopFileSystem.Type.EXT4, 200),
    OVERLAY_ON_XFS(LoopFileSystem.Type.XFS, 320);

    private final LoopFileSystem.Type type;
    private final int megabytes;

    Case(LoopFileSystem.Type type, int megabytes) {
      this.type = type;
      this.megabytes = megabytes;
    }

    SnapshotBackend backend() {
      return switch (this) {
        case COPY_IN_TEMPORARY_DIRECTORY, COPY_ON_BTRFS -> CopyBackend.create();
        case PORTABLE_COPY -> CopyBackend.portable();
        case REFLINK_ON_XFS, REFLINK_ON_BTRFS -> new ReflinkBackend();
        case BTRFS -> new BtrfsBackend();
        case ZFS -> new ZfsBackend();
        case OVERLAY_IN_TEMPORARY_DIRECTORY, OVERLAY_ON_EXT4, OVERLAY_ON_XFS ->
            new OverlayBackend();
      };
    }
  }

  @Parameter Case where;
  @TempDir Path temporary;
  private Optional<LoopFileSystem> fileSystem = Optional.empty();
  private Optional<ZfsPool> pool = Optional.empty();
  private SnapshotBackend backend;
  private Path store;
  private Path state;

  @BeforeEach
  void makeState() throws IOException {
    backend = where.backend();
    if (backend.kind() == BackendKind.OVERLAY) {
      LoopFileSystem.requireRoot();
    }
    store = Files.createTempDirectory(place(), "store");
    Path work = store.resolve("work");
    backend.create(work);
    ClusterTree.fill(work);
    state = store.resolve("state");
    backend.seal(work, state);
  }

  private Path place() {
    if (where == Case.ZFS) {
      assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
      pool = pool.or(() -> Optional.of(ZfsPool.create(1200)));
      return pool.get().root();
    }
    if (where.type != null) {
      assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
      fileSystem =
          fileSystem.or(() -> Optional.of(LoopFileSystem.create(where.type, where.megabytes)));
      return fileSystem.get().root();
    }
    return temporary;
  }

  @AfterEach
  void deleteStore() {
    if (store != null) {
      backend.delete(store);
      pool.ifPresent(p -> assertThat(p.list("origin")).as("all datasets are gone").isEmpty());
    }
  }

  @AfterAll
  void unmount() {
    fileSystem.ifPresent(LoopFileSystem::close);
    pool.ifPresent(ZfsPool::close);
  }

  @Test
  void createMakesAnEmptyPrivateDirectory() throws IOException {
    Path made = store.resolve("made");

    backend.create(made);

    assertThat(Files.getAttribute(made, "unix:mode")).isEqualTo(040700);
    assertThat(names(made)).isEmpty();
    assertThat(backend.kind().wireName()).isEqualTo(backend.kind().name().toLowerCase());
    assertFails(() -> backend.create(made), "create", made, "EEXIST");
    assertThat(names(store)).containsExactlyInAnyOrder("made", "state");
  }

  @Test
  void cloneEqualsItsState() {
    Path clone = store.resolve("clone");

    backend.clone(state, clone);

    assertThat(ClusterTree.describe(clone)).isEqualTo(ClusterTree.describe(state));
    assertThat(clone.resolve("pg_tblspc/16384")).isSymbolicLink();
    if (where != Case.PORTABLE_COPY) {
      assertThat(ClusterTree.allocatedBytes(clone.resolve("sparse"))).isLessThan(1_000_000);
    }
    assertThat(names(store)).containsExactlyInAnyOrder("clone", "state");
  }

  @Test
  void cloneAndSourceAreIndependent() throws IOException {
    Path first = store.resolve("first");
    Path second = store.resolve("second");
    Path kept = store.resolve("kept");
    backend.clone(state, first);
    backend.snapshot(first, kept);
    backend.clone(kept, second);
    List<String> before = ClusterTree.describe(state);

    Files.writeString(first.resolve("base/1/1069"), "changed in the first");
    Files.delete(first.resolve("base/5/1000"));
    Files.writeString(second.resolve("global/1069"), "changed in the second");

    assertThat(ClusterTree.describe(state)).isEqualTo(before);
    assertThat(ClusterTree.describe(kept)).isEqualTo(before);
    assertThat(second.resolve("base/5/1000")).exists();
    assertThat(first.resolve("global/1069")).hasContent("x".repeat(69 * 700));
  }

  @Test
  void statesRefuseWritesWhereTheBackendSaysSo() {
    Path kept = store.resolve("kept");
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    backend.snapshot(clone, kept);
    if (!backend.capabilities().readOnlyStates()) {
      return; // such a backend promises nothing here
    }

    for (Path readOnly : List.of(state, kept)) {
      assertThatThrownBy(() -> Files.writeString(readOnly.resolve("global/1001"), "x"))
          .hasMessageContaining("Read-only file system");
    }
    assertThat(clone.resolve("global/1001")).isWritable();
  }

  @Test
  void sealRenames() throws IOException {
    Path work = store.resolve("work");
    Path place = Files.createDirectory(store.resolve("states"));
    backend.clone(state, work);
    List<String> before = ClusterTree.describe(work);

    backend.seal(work, place.resolve("sealed"));

    assertThat(work).doesNotExist();
    assertThat(ClusterTree.describe(place.resolve("sealed"))).isEqualTo(before);
    assertThat(names(place)).containsExactly("sealed");
  }

  @Test
  void nothingIsReplaced() throws IOException {
    Path taken = Files.createDirectory(store.resolve("taken"));
    Path work = store.resolve("work");
    backend.clone(state, work);

    assertFails(() -> backend.clone(state, taken), "clone", state, "EEXIST");
    assertFails(() -> backend.snapshot(work, taken), "snapshot", work, "EEXIST");
    assertFails(() -> backend.seal(work, taken), "seal", work, "EEXIST");
    assertThat(names(taken)).isEmpty();
    assertThat(names(store)).containsExactlyInAnyOrder("taken", "state", "work");
    Files.writeString(work.resolve("still"), "writable");
  }

  @Test
  void whatIsNotThereCannotBeCloned() {
    Path absent = store.resolve("absent");

    assertFails(() -> backend.clone(absent, store.resolve("clone")), "clone", absent, "ENOENT");
    assertThat(names(store)).containsExactly("state");
  }

  @Test
  void deleteIsIdempotentAndTakesEverything() throws IOException {
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    Path closed = Files.createDirectories(clone.resolve("closed/inner"));
    Files.writeString(closed.resolve("file"), "x");
    Files.createSymbolicLink(clone.resolve("link"), state);

    backend.delete(clone);
    backend.delete(clone);
    backend.delete(store.resolve("no/such"));

    assertThat(names(store)).containsExactly("state");
    assertThat(state.resolve("PG_VERSION")).exists();
    backend.delete(state);
    assertThat(names(store)).isEmpty();
  }

  @Test
  void plantedLinksAreNotFollowed() throws IOException {
    Path outside = Files.createDirectory(store.resolve("outside"));
    Path link = Files.createSymbolicLink(store.resolve("link"), outside);
    Path stateLink = Files.createSymbolicLink(store.resolve("stateLink"), state);

    assertThatThrownBy(() -> backend.clone(state, link)).isInstanceOf(TaidonException.class);
    assertThatThrownBy(() -> backend.clone(stateLink, store.resolve("clone")))
        .isInstanceOf(TaidonException.class);
    backend.delete(link);
    backend.delete(stateLink);

    assertThat(names(outside)).isEmpty();
    assertThat(names(store)).containsExactlyInAnyOrder("outside", "state");
    assertThat(state.resolve("PG_VERSION")).exists();
  }

  @Test
  void aLinkedParentIsRefused() throws IOException {
    if (where == Case.PORTABLE_COPY) {
      return; // the JDK follows links to parents, and the portable copy does not promise otherwise
    }
    Path outside = Files.createDirectory(store.resolve("outside"));
    Path link = Files.createSymbolicLink(store.resolve("link"), outside);

    assertThatThrownBy(() -> backend.clone(state, link.resolve("clone")))
        .isInstanceOf(TaidonException.class);
    assertThat(names(outside)).isEmpty();
  }

  @Test
  void usageCountsFilesAndBytes() throws IOException {
    long files = 0;
    long bytes = 0;
    try (Stream<Path> all = Files.walk(state)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        files++;
        bytes += Files.size(path);
      }
    }
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    LoopFileSystem.run("sync");

    Usage usage = backend.usage(clone);

    assertThat(usage.files()).isEqualTo(files);
    assertThat(usage.logicalBytes()).isEqualTo(bytes);
    assertThat(usage.exclusiveBytes().isPresent())
        .isEqualTo(backend.capabilities().exclusiveBytes());
    if (backend.capabilities().copyOnWrite()) {
      assertExclusiveBytes(clone, 0);
      Files.write(clone.resolve("own"), new byte[1 << 20]);
      assertExclusiveBytes(clone, 1 << 20);
    }
  }

  private void assertExclusiveBytes(Path clone, long expected) {
    LoopFileSystem.run("sync");
    pool.ifPresent(ZfsPool::endTransaction);
    // ZFS accounts its metadata, too, and a transaction group later.
    long metadata = where == Case.ZFS ? 256 * 1024 : 0;
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(backend.usage(clone).exclusiveBytes().orElseThrow())
                .isBetween(expected, expected + metadata));
  }

  @Test
  void manyClonesAtOnceWhileOthersAreDeleted() throws Exception {
    List<String> expected = ClusterTree.describe(state);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          IntStream.range(0, 16)
              .<Future<?>>mapToObj(i -> executor.submit(() -> cloneDeleteClone(i)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    }

    assertThat(names(store)).hasSize(17);
    for (int i = 0; i < 16; i++) {
      assertThat(ClusterTree.describe(store.resolve("clone" + i))).isEqualTo(expected);
    }
  }

  private void cloneDeleteClone(int i) {
    Path clone = store.resolve("clone" + i);
    backend.clone(state, clone);
    backend.delete(clone);
    backend.clone(state, clone);
  }

  @Test
  void sweepTakesOnlyWhatIsHalfMade() {
    backend.clone(state, store.resolve(".tmp-0123456789abcdef"));
    backend.snapshot(state, store.resolve(".tmp-fedcba9876543210"));
    backend.clone(state, store.resolve("clone"));

    backend.sweep(store);

    assertThat(names(store)).containsExactlyInAnyOrder("clone", "state");
  }

  @Test
  void anInterruptCancelsACopyAndLeavesNothing() {
    if (backend.kind() == BackendKind.BTRFS || backend.kind() == BackendKind.ZFS) {
      return; // a subvolume or dataset takes no time in which to interrupt it
    }
    Path clone = store.resolve("clone");
    Thread.currentThread().interrupt();

    TaidonException failure =
        catchThrowableOfType(TaidonException.class, () -> backend.clone(state, clone));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(names(store)).containsExactly("state");
  }

  private static void assertFails(Runnable action, String operation, Path path, String errno) {
    TaidonException failure = catchThrowableOfType(TaidonException.class, action::run);
    assertThat(failure.code()).isEqualTo(ErrorCode.SNAPSHOT_FAILED);
    assertThat(failure.sentence()).contains(path.toString());
    assertThat(failure.details())
        .containsEntry("operation", operation)
        .containsEntry("path", path.toString());
    if (failure.details().containsKey("errno")) {
      assertThat(failure.details()).containsEntry("errno", errno);
    }
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.equals(".overlay")) // what the backend keeps beside states
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
