package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.btrfs.BtrfsBackend;
import io.taidon.engine.snapshot.copy.CopyBackend;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.reflink.ReflinkBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a tenant can leave in a clone to make it undeletable, or to reach outside. */
class HostileTreeTest {
  private static LoopFileSystem fileSystem;

  private final SnapshotBackend btrfs = new BtrfsBackend();
  private Path store;
  private Path clone;

  @BeforeAll
  static void mount() {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    fileSystem = LoopFileSystem.create(LoopFileSystem.Type.BTRFS, 300);
  }

  @AfterAll
  static void unmount() {
    if (fileSystem != null) {
      fileSystem.close();
    }
  }

  @BeforeEach
  void makeClone() throws IOException {
    store = Files.createTempDirectory(fileSystem.root(), "store");
    clone = store.resolve("clone");
    btrfs.create(clone);
  }

  @Test
  void nestedSubvolumesGoWithTheirClone() throws IOException {
    Path nested = Files.createDirectory(clone.resolve("plain")).resolve("nested");
    btrfs.create(nested);
    Files.writeString(nested.resolve("file"), "x");
    btrfs.create(nested.resolve("deeper"));
    btrfs.snapshot(nested, nested.resolve("readOnly"));

    btrfs.delete(clone);

    assertThat(names(store)).isEmpty();
    assertThat(subvolumes()).noneMatch(line -> line.contains("nested"));
  }

  @Test
  void nestedSubvolumesGoWithTheSealedState() throws IOException {
    btrfs.create(clone.resolve("nested"));
    Path state = store.resolve("state");
    btrfs.seal(clone, state);
    Path other = store.resolve("other");
    btrfs.clone(state, other);

    btrfs.delete(other);
    btrfs.delete(state);

    assertThat(names(store)).isEmpty();
  }

  @Test
  void otherBackendsDropNestedSubvolumesToo() {
    btrfs.create(clone.resolve("nested"));
    btrfs.snapshot(clone.resolve("nested"), clone.resolve("readOnly"));
    Path copy = store.resolve("copy");
    new ReflinkBackend().clone(clone, copy);
    btrfs.create(copy.resolve("another"));

    new ReflinkBackend().delete(copy);
    CopyBackend.create().delete(clone);

    assertThat(names(store)).isEmpty();
  }

  @Test
  void depthCostsNothing() throws IOException {
    Path deep = clone;
    for (int i = 0; i < 500; i++) {
      deep = Files.createDirectory(deep.resolve("d"));
      if (i % 100 == 70) {
        deep = deep.resolve("s");
        btrfs.create(deep);
      }
    }
    Files.writeString(deep.resolve("file"), "x");
    Path copy = store.resolve("copy");
    new ReflinkBackend().clone(clone, copy);

    btrfs.delete(clone);
    new ReflinkBackend().delete(copy);

    assertThat(names(store)).isEmpty();
  }

  @Test
  void namesNeedNotBeText() throws Exception {
    Process perl =
        new ProcessBuilder(
                "perl", "-e", "open(F, '>', \"$ARGV[0]/a\\xff\\xfe\\n\")", "--", "" + clone)
            .start();
    Assumptions.assumeTrue(perl.waitFor() == 0, "needs perl to make a name that is no text");
    Path copy = store.resolve("copy");

    CopyBackend.create().clone(clone, copy);
    assertThat(CopyBackend.create().usage(copy).files()).isEqualTo(1);
    CopyBackend.create().delete(copy);
    btrfs.delete(clone);

    assertThat(names(store)).isEmpty();
  }

  @Test
  void aMountInsideIsNotEntered() throws IOException {
    Path outside = Files.createDirectory(store.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Path plain = Files.createDirectory(store.resolve("plain"));
    Path inner = Files.createDirectory(plain.resolve("inner"));
    LoopFileSystem.run("mount", "--bind", outside.toString(), inner.toString());
    TaidonException failure;
    try {
      failure = catchThrowableOfType(TaidonException.class, () -> btrfs.delete(plain));
    } finally {
      LoopFileSystem.run(
          "umount",
          "-R",
          store
              .resolve(
                  names(store).stream()
                      .filter(name -> name.startsWith(".tmp-"))
                      .findFirst()
                      .orElse("plain"))
              .resolve("inner")
              .toString());
    }

    assertThat(failure.details()).containsEntry("errno", "EBUSY");
    assertThat(outside.resolve("precious")).exists();
    btrfs.sweep(store);
    assertThat(names(store)).containsExactlyInAnyOrder("clone", "outside");
  }

  @Test
  void onlyASubvolumeCanBeCloned() throws IOException {
    Path plain = Files.createDirectory(store.resolve("plain"));

    TaidonException failure =
        catchThrowableOfType(
            TaidonException.class, () -> btrfs.clone(plain, store.resolve("target")));

    assertThat(failure.details()).containsEntry("errno", "EINVAL");
    assertThat(names(store)).containsExactlyInAnyOrder("clone", "plain");
  }

  private static List<String> subvolumes() throws IOException {
    Process list =
        new ProcessBuilder("btrfs", "subvolume", "list", fileSystem.root().toString()).start();
    return list.inputReader().lines().toList();
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
