package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.copy.CopyBackend;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.overlay.OverlayBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What overlay alone promises: shared files, states under clones, mounts that come back. */
class OverlayBackendTest {
  private static LoopFileSystem fileSystem;

  private final SnapshotBackend backend = new OverlayBackend();
  private Path store;
  private Path states;
  private Path work;
  private Path state;

  @BeforeAll
  static void mount() {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    fileSystem = LoopFileSystem.create(LoopFileSystem.Type.EXT4, 300);
  }

  @AfterAll
  static void unmount() {
    if (fileSystem != null) {
      fileSystem.close();
    }
  }

  @BeforeEach
  void makeState() throws IOException {
    store = Files.createTempDirectory(fileSystem.root(), "store, with: odd \\ name");
    states = Files.createDirectory(store.resolve("states"));
    work = store.resolve("work");
    state = states.resolve("state");
    backend.create(work);
    ClusterTree.fill(work);
    backend.seal(work, state);
  }

  @AfterEach
  void deleteStore() {
    backend.delete(store);
    assertThat(mounts()).isEmpty();
  }

  @Test
  void aLongChainStaysOneLayerAndGoesInAnyOrder() throws IOException {
    Map<Path, List<String>> chain = new HashMap<>();
    backend.clone(state, work);
    for (int i = 0; i < 40; i++) {
      Files.writeString(work.resolve("base/1/1069"), "step " + i);
      Files.writeString(work.resolve("base/new" + i), "new " + i);
      Files.deleteIfExists(work.resolve("base/new" + (i - 2)));
      Path next = states.resolve("state" + i);
      chain.put(next, ClusterTree.describe(work));
      backend.snapshot(work, next);
    }
    backend.delete(work);
    Path clone = store.resolve("clone");
    backend.clone(states.resolve("state20"), clone);
    assertThat(mounts().getFirst().split("lowerdir=")).hasSize(2);

    List<Path> order = new ArrayList<>(chain.keySet());
    Collections.shuffle(order, new Random(4711));
    List<String> expected = chain.get(states.resolve("state20"));
    for (Path gone : order) {
      assertThat(ClusterTree.describe(gone)).isEqualTo(chain.get(gone));
      backend.delete(gone);
      assertThat(ClusterTree.describe(clone)).isEqualTo(expected);
    }
    assertThat(ClusterTree.describe(state)).anyMatch(line -> line.startsWith("base/1/1069"));

    backend.delete(clone);
    backend.delete(state);
    assertThat(leftFiles()).isEmpty();
  }

  @Test
  void statesShareWhatAStepDidNotChange() throws IOException {
    backend.clone(state, work);
    Files.writeString(work.resolve("base/1/1069"), "changed");
    Path child = states.resolve("child");
    backend.snapshot(work, child);
    Files.writeString(work.resolve("base/1/1069"), "changed again, and not in the state");
    Files.writeString(work.resolve("base/1/1068"), "changed, and not in the state");

    assertThat(child.resolve("base/1/1069")).hasContent("changed");
    assertThat(child.resolve("base/1/1068")).hasContent("x".repeat(68 * 700));
    assertThat(Files.getAttribute(child.resolve("base/5/1060"), "unix:ino"))
        .isEqualTo(Files.getAttribute(state.resolve("base/5/1060"), "unix:ino"));
    LoopFileSystem.run("sync");
    assertThat(backend.usage(child).exclusiveBytes().orElseThrow()).isBetween(1L, 4096L);
    assertThat(backend.usage(child).logicalBytes()).isGreaterThan(5_000_000);
  }

  @Test
  void theStateIsWhatTheMountShowed() throws IOException {
    backend.clone(state, work);
    LoopFileSystem.run("rm", "-r", work.resolve("base/1").toString());
    Files.createDirectory(work.resolve("base/1"));
    Files.writeString(work.resolve("base/1/alone"), "what was below is hidden");
    Files.move(work.resolve("base/5"), work.resolve("base/renamed"));
    Files.move(work.resolve("base/renamed"), work.resolve("pg_tblspc/moved away"));
    Files.writeString(work.resolve("pg_tblspc/moved away/1001"), "and changed");
    Files.createDirectory(work.resolve("base/5"));
    Files.delete(work.resolve("PG_VERSION"));
    Files.createDirectory(work.resolve("PG_VERSION"));
    LoopFileSystem.run("rm", "-r", work.resolve("global").toString());
    Files.writeString(work.resolve("global"), "a file where a directory was");
    Files.createSymbolicLink(work.resolve("link"), Path.of("global"));
    LoopFileSystem.run("chmod", "700", work.resolve("base").toString());
    List<String> seen = ClusterTree.describe(work);
    FileTime time = Files.getLastModifiedTime(work);
    LoopFileSystem.run("mkfifo", work.resolve("pipe").toString());
    Files.setLastModifiedTime(work, time);

    Path first = states.resolve("first");
    backend.snapshot(work, first);
    Files.move(work.resolve("pg_tblspc/moved away"), work.resolve("base/1/back"));
    Path second = states.resolve("second");
    List<String> later = ClusterTree.describe(work);
    backend.seal(work, second);

    // The pipe is no part of a cluster.
    assertThat(ClusterTree.describe(first)).isEqualTo(seen);
    assertThat(ClusterTree.describe(second)).isEqualTo(later);
    assertThat(work).doesNotExist();
  }

  @Test
  void aStateThatIsDeletedStaysForItsClones() throws IOException {
    Path one = store.resolve("one");
    Path other = store.resolve("other");
    backend.clone(state, one);
    backend.clone(state, other);
    List<String> expected = ClusterTree.describe(state);
    backend.close(other);

    backend.delete(state);
    backend.delete(state);
    backend.sweep(states);

    assertThat(state).doesNotExist();
    assertThat(ClusterTree.describe(one)).isEqualTo(expected);
    backend.open(other, false);
    assertThat(ClusterTree.describe(other)).isEqualTo(expected);
    Path again = states.resolve("again");
    backend.seal(other, again);
    assertThat(ClusterTree.describe(again)).isEqualTo(expected);
    assertThat(kept()).hasSize(1);
    backend.delete(one);
    assertThat(kept()).isEmpty();
    backend.delete(again);
    assertThat(leftFiles()).isEmpty();
  }

  @Test
  void aCrashedDeletionLosesNoStateAndLeavesNone() throws IOException {
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    backend.delete(state);
    // The engine dies when the clone is gone and the state under it is not: as if deleted by hand.
    LoopFileSystem.run("umount", clone.toString());
    CopyBackend.create().delete(clone);
    assertThat(kept()).hasSize(1);

    backend.sweep(states);

    assertThat(leftFiles()).isEmpty();
  }

  @Test
  void aCrashInTheMiddleOfASnapshotKeepsTheClone() throws IOException {
    // Dead between changing over and showing the state: the state still has its staging name.
    backend.clone(state, work);
    Files.writeString(work.resolve("mine"), "x");
    List<String> expected = ClusterTree.describe(work);
    Path staged = states.resolve(".tmp-0123456789abcdef");
    backend.snapshot(work, staged);
    LoopFileSystem.run("umount", work.toString());

    backend.sweep(states);
    backend.open(work, false);

    assertThat(staged).doesNotExist();
    assertThat(ClusterTree.describe(work)).isEqualTo(expected);
    backend.delete(work);
    assertThat(kept()).isEmpty();
  }

  @Test
  void aCloneComesBackAfterItsMountIsGone() throws IOException {
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    Files.writeString(clone.resolve("mine"), "x");
    List<String> expected = ClusterTree.describe(clone);
    assertThat(mounts()).singleElement().asString().contains("volatile");
    LoopFileSystem.run("umount", clone.toString());
    assertThat(backend.usage(clone).files()).isGreaterThan(200);
    assertThat(mounts()).isEmpty();

    backend.open(clone, true);
    backend.open(clone, false);

    assertThat(ClusterTree.describe(clone)).isEqualTo(expected);
    assertThat(mounts()).singleElement().asString().doesNotContain("volatile");
    backend.close(clone);
    backend.close(clone);
    backend.open(clone, false);
    backend.open(clone, true);
    assertThat(ClusterTree.describe(clone)).isEqualTo(expected);
    assertThat(mounts()).singleElement().asString().doesNotContain("volatile");
  }

  @Test
  void aStoreThatMovedStillWorks() throws IOException {
    Path clone = store.resolve("clone");
    backend.clone(state, clone);
    List<String> expected = ClusterTree.describe(clone);
    backend.close(clone);
    Path moved = store.resolveSibling("moved");
    Files.move(store, moved);
    store = moved;

    backend.open(moved.resolve("clone"), false);

    assertThat(ClusterTree.describe(moved.resolve("clone"))).isEqualTo(expected);
  }

  @Test
  void deletingTakesClonesInsideAndWhatProcessesStillUse() throws Exception {
    Path instance = Files.createDirectory(store.resolve("instance"));
    backend.clone(state, instance.resolve("data"));
    Process user =
        new ProcessBuilder("sh", "-c", "echo in; exec cat")
            .directory(instance.resolve("data").toFile())
            .start();
    assertThat(user.getInputStream().read()).isEqualTo('i');

    TaidonException busy =
        catchThrowableOfType(TaidonException.class, () -> backend.close(instance.resolve("data")));
    backend.delete(instance);

    assertThat(busy.details()).containsEntry("errno", "EBUSY");
    assertThat(instance).doesNotExist();
    user.destroyForcibly().waitFor();
  }

  @Test
  void overlaysOwnMarksInATreeMeanNothing() throws IOException {
    backend.clone(state, work);
    Path base = work.resolve("base");
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(base, UserDefinedFileAttributeView.class);
    view.write("overlay.opaque", StandardCharsets.US_ASCII.encode("y"));
    view.write("overlay.redirect", StandardCharsets.US_ASCII.encode("/../../etc"));
    Files.createDirectory(work.resolve("made"));
    UserDefinedFileAttributeView made =
        Files.getFileAttributeView(work.resolve("made"), UserDefinedFileAttributeView.class);
    made.write("overlay.redirect", StandardCharsets.US_ASCII.encode("/base"));
    assertThatThrownBy(
            () -> LoopFileSystem.run("mknod", work.resolve("whiteout").toString(), "c", "0", "0"))
        .hasMessageContaining("not permitted");
    List<String> expected = ClusterTree.describe(work);

    Path child = states.resolve("child");
    backend.seal(work, child);
    backend.clone(child, work);

    assertThat(ClusterTree.describe(child)).isEqualTo(expected);
    assertThat(ClusterTree.describe(work)).isEqualTo(expected);
  }

  @Test
  void aTreeCannotPretendToBeAClone() throws IOException {
    Path precious = Files.createDirectory(store.resolve("precious"));
    Files.writeString(precious.resolve("file"), "x");
    long inode = (long) Files.getAttribute(precious, "unix:ino");
    backend.clone(state, work);
    for (String name : List.of(".overlay-upper", ".overlay-work")) {
      Files.createDirectory(work.resolve(name));
    }
    Files.writeString(work.resolve(".overlay-lower"), inode + "\n../precious");
    Files.createFile(work.resolve(".overlay-pin"));
    Files.createDirectories(work.resolve(".overlay/kept/1"));
    List<String> expected = ClusterTree.describe(work);
    Path child = states.resolve("child");

    backend.snapshot(work, child);
    assertThat(ClusterTree.describe(child)).isEqualTo(expected);
    Path copy = states.resolve("copy");
    backend.snapshot(child, copy);
    assertThat(ClusterTree.describe(copy)).isEqualTo(expected);
    backend.open(child, false);
    assertThat(mounts()).hasSize(1);
    backend.delete(child);
    backend.delete(copy);

    assertThat(precious.resolve("file")).exists();
    assertThat(ClusterTree.describe(work)).isEqualTo(expected);
  }

  @Test
  void namesNeedNotBeTextAndDepthCostsNothing() throws Exception {
    backend.clone(state, work);
    Process perl =
        new ProcessBuilder(
                "perl",
                "-e",
                "$d = $ARGV[0]; open(F, '>', \"$d/a\\xff\\xfe\\n\"); close F; chdir $d;"
                    + "for (1..1500) { mkdir 'd'; chdir 'd' } open(F, '>', 'f')",
                "--",
                work.toString())
            .start();
    Assumptions.assumeTrue(perl.waitFor() == 0, "needs perl to make a name that is no text");
    long files = backend.usage(work).files();

    Path child = states.resolve("child");
    backend.seal(work, child);

    assertThat(backend.usage(child).files()).isEqualTo(files);
    backend.clone(child, work);
    backend.delete(work);
    backend.delete(child);
    assertThat(states.resolve("child")).doesNotExist();
  }

  @Test
  void onlyAStateCanBeCloned() {
    backend.clone(state, work);

    TaidonException failure =
        catchThrowableOfType(
            TaidonException.class, () -> backend.clone(work, store.resolve("target")));

    assertThat(failure.details()).containsEntry("errno", "EINVAL");
    assertThat(store.resolve("target")).doesNotExist();
  }

  private List<Path> kept() throws IOException {
    Path kept = states.resolve(".overlay/kept");
    if (!Files.exists(kept)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(kept)) {
      return all.toList();
    }
  }

  /** Everything in the store that is not a directory: pins, files of states and of clones. */
  private List<Path> leftFiles() throws IOException {
    try (Stream<Path> all = Files.walk(store)) {
      return all.filter(path -> !Files.isDirectory(path)).toList();
    }
  }

  private List<String> mounts() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines
          .filter(line -> line.contains(" overlay "))
          .filter(line -> line.contains(fileSystem.root().toString()))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
