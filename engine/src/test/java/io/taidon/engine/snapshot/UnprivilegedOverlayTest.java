package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.linux.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The overlay backend of a user who is not root, in a user namespace of its own and without one.
 */
class UnprivilegedOverlayTest {
  private static final List<String> NAMESPACE =
      List.of(
          "unshare",
          "--user",
          "--map-current-user",
          "--keep-caps",
          "--mount",
          "--propagation",
          "private");

  /** The whole life of cluster directories; run by {@code nobody} in a process of its own. */
  public static void main(String[] args) throws IOException {
    Path store = Path.of(args[0]);
    SnapshotBackend backend;
    try {
      backend = BackendProbe.choose(store, Optional.of(BackendKind.OVERLAY)).backend();
    } catch (TaidonException e) {
      System.out.print(e.code() + " " + e.sentence() + " " + e.remedy().orElseThrow());
      return;
    }
    Path work = store.resolve("work");
    Path state = store.resolve("state");
    Path child = store.resolve("child");
    backend.create(work);
    ClusterTree.fill(work);
    backend.seal(work, state);
    backend.clone(state, work);
    Files.delete(work.resolve("PG_VERSION"));
    Files.writeString(work.resolve("base/1/1069"), "changed");
    for (int i = 0; i < 70; i++) {
      Files.delete(work.resolve("base/5").resolve(Integer.toString(1000 + i)));
    }
    Files.delete(work.resolve("base/5"));
    Files.createDirectory(work.resolve("base/5"));
    requireNoRename(work.resolve("pg_wal"));
    List<String> expected = ClusterTree.describe(work);
    backend.snapshot(work, child);
    require(ClusterTree.describe(child).equals(expected), "the state is what the mount showed");
    backend.delete(state);
    backend.close(work);
    backend.open(work, true);
    require(ClusterTree.describe(work).equals(expected), "the clone outlives its states");
    require(backend.usage(work).exclusiveBytes().orElseThrow() == 0, "it has nothing of its own");
    backend.clone(child, store.resolve(".tmp-crashed"));
    backend.sweep(store);
    backend.delete(work);
    backend.delete(child);
    System.out.print(backend.kind());
  }

  /** The other user cannot read the test libraries. */
  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("not so: " + what);
    }
  }

  /** The kernel keeps no redirects for users, and says so. */
  private static void requireNoRename(Path directory) throws IOException {
    // Not Files.move, which copies where rename(2) gives EXDEV.
    require(!directory.toFile().renameTo(directory.resolveSibling("moved").toFile()), "EXDEV");
  }

  @Test
  void everythingWorksAndGoesInAUserNamespace() throws Exception {
    try (LoopFileSystem fileSystem = place()) {
      Path store = store(fileSystem);
      List<String> trial = new ArrayList<>(NAMESPACE);
      trial.add("true");
      Assumptions.assumeTrue(
          runAsNobody(trial).isEmpty(), "this kernel allows users no namespaces, or no unshare");

      assertThat(runAsNobody(java(NAMESPACE, store))).isEqualTo("OVERLAY");

      try (Stream<Path> left = Files.walk(store)) {
        assertThat(left).noneMatch(Files::isRegularFile);
      }
    }
  }

  @Test
  void withoutANamespaceTheProbeSaysWhatIsMissing() throws Exception {
    try (LoopFileSystem fileSystem = place()) {
      Path store = store(fileSystem);

      assertThat(runAsNobody(java(List.of(), store)))
          .startsWith(ErrorCode.BACKEND_UNAVAILABLE.name())
          .contains("mount", "EPERM", "as root");

      try (Stream<Path> left = Files.list(store)) {
        assertThat(left).isEmpty();
      }
    }
  }

  private static LoopFileSystem place() {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    return LoopFileSystem.create(LoopFileSystem.Type.EXT4, 200);
  }

  private static Path store(LoopFileSystem fileSystem) throws IOException {
    Path store = Files.createDirectory(fileSystem.root().resolve("store"));
    Files.setAttribute(store, "unix:uid", ClusterTree.OTHER_USER);
    return store;
  }

  private static List<String> java(List<String> prefix, Path store) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Duser.name=nobody",
            "-cp",
            System.getProperty("java.class.path"),
            UnprivilegedOverlayTest.class.getName(),
            store.toString()));
    return command;
  }

  private static String runAsNobody(List<String> command) throws IOException {
    String user = Integer.toString(ClusterTree.OTHER_USER);
    List<String> whole =
        new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
    whole.addAll(command);
    Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
