package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.snapshot.btrfs.BtrfsBackend;
import io.taidon.engine.snapshot.linux.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The btrfs backend of a user who is not root, with and without user_subvol_rm_allowed. */
class UnprivilegedBtrfsTest {
  /** The whole life of cluster directories; run by {@code nobody} in a process of its own. */
  public static void main(String[] args) throws IOException {
    Path store = Path.of(args[0]);
    SnapshotBackend backend = BackendProbe.choose(store, java.util.Optional.empty()).backend();
    Path work = store.resolve("work");
    Path state = store.resolve("state");
    Path clone = store.resolve("clone");
    backend.create(work);
    ClusterTree.fill(work);
    backend.seal(work, state);
    backend.clone(state, clone);
    backend.create(clone.resolve("nested"));
    backend.snapshot(clone, clone.resolve("nested").resolve("readOnly"));
    Path closed = Files.createDirectory(clone.resolve("closed"));
    Files.writeString(closed.resolve("file"), "x");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    backend.snapshot(state, store.resolve(".tmp-crashed"));
    backend.sweep(store);
    backend.delete(clone);
    backend.delete(state);
    System.out.print(backend.kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw", "user_subvol_rm_allowed"})
  void everythingWorksAndGoes(String mountOption) throws Exception {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    try (LoopFileSystem fileSystem = LoopFileSystem.create(LoopFileSystem.Type.BTRFS, 300)) {
      LoopFileSystem.run("mount", "-o", "remount," + mountOption, fileSystem.root().toString());
      Path store = Files.createDirectory(fileSystem.root().resolve("store"));
      Files.setAttribute(store, "unix:uid", ClusterTree.OTHER_USER);

      assertThat(runAsNobody(store)).isEqualTo(new BtrfsBackend().kind().name());
      try (Stream<Path> left = Files.list(store)) {
        assertThat(left).isEmpty();
      }
    }
  }

  private static String runAsNobody(Path store) throws IOException {
    String user = Integer.toString(ClusterTree.OTHER_USER);
    Process process =
        new ProcessBuilder(
                List.of(
                    "setpriv",
                    "--reuid=" + user,
                    "--regid=" + user,
                    "--clear-groups",
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Duser.name=nobody",
                    "-cp",
                    System.getProperty("java.class.path"),
                    UnprivilegedBtrfsTest.class.getName(),
                    store.toString()))
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
