package io.taidon.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLayoutTest {
  private static final Path HOME = Path.of("/home/ann");

  @TempDir Path directory;

  @Test
  void defaultRootFollowsTheEnvironment() {
    assertThat(StoreLayout.defaultRoot(Map.of(), HOME, false))
        .isEqualTo(Path.of("/home/ann/.local/state/sqlrs"));
    assertThat(StoreLayout.defaultRoot(Map.of(), Path.of("/root"), true))
        .isEqualTo(Path.of("/var/lib/sqlrs"));
    for (boolean asRoot : List.of(true, false)) {
      assertThat(StoreLayout.defaultRoot(Map.of("XDG_STATE_HOME", "/x"), HOME, asRoot))
          .isEqualTo(Path.of("/x/sqlrs"));
      assertThat(
              StoreLayout.defaultRoot(
                  Map.of("SQLRS_STATE_STORE", "/s", "XDG_STATE_HOME", "/x"), HOME, asRoot))
          .isEqualTo(Path.of("/s"));
    }
  }

  @Test
  void emptyAndRelativeValues() {
    assertThat(
            StoreLayout.defaultRoot(
                Map.of("SQLRS_STATE_STORE", "", "XDG_STATE_HOME", "relative"), HOME, false))
        .isEqualTo(Path.of("/home/ann/.local/state/sqlrs"));
    assertThatThrownBy(
            () -> StoreLayout.defaultRoot(Map.of("SQLRS_STATE_STORE", "here"), HOME, false))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void createSetsModesWhateverWasThere() throws IOException {
    StoreLayout layout = new StoreLayout(directory.resolve("a/b"));
    Files.createDirectories(layout.run());
    Files.setPosixFilePermissions(layout.run(), PosixFilePermissions.fromString("rwxrwxrwx"));
    layout.create(false);
    for (Path path :
        List.of(
            layout.root(),
            layout.states(),
            layout.instances(),
            layout.builds(),
            layout.binaries(),
            layout.jobs(),
            layout.locks(),
            layout.run())) {
      assertThat(mode(path)).as(path.toString()).isEqualTo("rwx------");
    }
    layout.create(true);
    assertThat(List.of(layout.root(), layout.states(), layout.instances(), layout.builds()))
        .allSatisfy(path -> assertThat(mode(path)).isEqualTo("rwx--x--x"));
    assertThat(List.of(layout.jobs(), layout.locks(), layout.run()))
        .allSatisfy(path -> assertThat(mode(path)).isEqualTo("rwx------"));
  }

  @Test
  void saysWhichDirectoryKeepsTheDatabaseUserOut() throws IOException {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    StoreLayout layout = new StoreLayout(closed.resolve("store")).create(true);
    assertThatThrownBy(layout::requireTraversable)
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
              assertThat(e.details()).containsEntry("path", closed.toString());
            });
  }

  @Test
  void aFileInTheWayIsReported() throws IOException {
    Files.writeString(directory.resolve("store"), "");
    assertThatThrownBy(() -> new StoreLayout(directory.resolve("store")).create(false))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNUSABLE));
  }

  @Test
  void everythingIsInsideTheRoot() {
    StoreLayout layout = new StoreLayout(Path.of("/s/../t"));
    SessionId session = SessionId.random();
    JobId job = JobId.random();
    InstanceId instance = InstanceId.random();
    assertThat(layout.root()).isEqualTo(Path.of("/t"));
    assertThat(layout.build(session, job))
        .isEqualTo(Path.of("/t/builds", session.hex(), job.hex()));
    assertThat(layout.instanceData(instance))
        .isEqualTo(Path.of("/t/instances", instance.hex(), "data"));
    assertThat(layout.state(StoreSamples.stateId(1)).resolveSibling("x"))
        .isEqualTo(Path.of("/t/states/x"));
  }

  private static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
