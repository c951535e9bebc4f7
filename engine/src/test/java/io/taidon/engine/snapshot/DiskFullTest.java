package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.copy.CopyBackend;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.reflink.ReflinkBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A store whose file system has no space left. */
class DiskFullTest {
  @Test
  void aCopyThatDoesNotFitLeavesNothing() throws IOException {
    assertDiskFull(CopyBackend.create(), true);
  }

  @Test
  void aPortableCopyThatDoesNotFitLeavesNothing() throws IOException {
    assertDiskFull(CopyBackend.portable(), true);
  }

  @Test
  void aReflinkCloneThatDoesNotFitLeavesNothing() throws IOException {
    assertDiskFull(new ReflinkBackend(), false);
  }

  private static void assertDiskFull(SnapshotBackend backend, boolean knowsNeed)
      throws IOException {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    try (LoopFileSystem fileSystem = LoopFileSystem.create(LoopFileSystem.Type.XFS, 320)) {
      Path store = Files.createDirectory(fileSystem.root().resolve("store"));
      Path state = store.resolve("state");
      backend.create(state);
      ClusterTree.fill(state);
      fillUp(Files.createDirectory(fileSystem.root().resolve("others")));

      TaidonException failure =
          catchThrowableOfType(
              TaidonException.class, () -> backend.clone(state, store.resolve("clone")));

      assertThat(failure.code()).isEqualTo(ErrorCode.DISK_FULL);
      assertThat(failure.sentence()).contains(store.toString(), "free");
      assertThat(failure.details()).containsEntry("directory", store.toString());
      assertThat(failure.details().containsKey("neededBytes")).isEqualTo(knowsNeed);
      assertThat(failure.remedy()).isPresent();
      assertThat(names(store)).containsExactly("state");
    }
  }

  /** One big file, then small ones until no file can be made any more. */
  private static void fillUp(Path directory) {
    grow(directory.resolve("big"), new byte[1 << 20]);
    grow(directory.resolve("rest"), new byte[4096]);
    try {
      for (int i = 0; ; i++) {
        Files.write(directory.resolve("small" + i), new byte[1]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static void grow(Path file, byte[] piece) {
    try {
      while (true) {
        Files.write(file, piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
