package io.taidon.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.linux.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The probe on file systems that can and cannot. */
class BackendProbeTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "BTRFS, 300, BTRFS, btrfs",
    "XFS, 320, REFLINK, xfs",
    "XFS_WITHOUT_REFLINK, 320, OVERLAY, xfs",
    "EXT4, 64, OVERLAY, ext4"
  })
  void theCheapestThatWorksIsChosen(
      LoopFileSystem.Type type, int megabytes, BackendKind expected, String fileSystemName)
      throws IOException {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    try (LoopFileSystem fileSystem = LoopFileSystem.create(type, megabytes)) {
      Path store = Files.createDirectory(fileSystem.root().resolve("store"));

      BackendProbe.Chosen chosen = BackendProbe.choose(store, Optional.empty());

      assertThat(chosen.backend().kind()).isEqualTo(expected);
      assertThat(chosen.reason()).contains(expected.wireName(), fileSystemName, store.toString());
      assertThat(isEmpty(store)).isTrue();
    }
  }

  @Test
  void zfsIsChosenWhereTheStoreHasADatasetOfItsOwn() throws IOException {
    try (ZfsPool pool = ZfsPool.create(200)) {
      Path states = Files.createDirectory(pool.root().resolve("states"));
      Path deeper = Files.createDirectories(pool.root().resolve("home/store/states"));

      BackendProbe.Chosen chosen = BackendProbe.choose(states, Optional.empty());
      BackendProbe.Chosen other = BackendProbe.choose(deeper, Optional.empty());

      assertThat(chosen.backend().kind()).isEqualTo(BackendKind.ZFS);
      assertThat(chosen.reason()).contains("zfs", states.toString());
      assertThat(isEmpty(states)).isTrue();
      assertThat(pool.list("origin")).isEmpty();
      assertThat(other.backend().kind()).isNotEqualTo(BackendKind.ZFS);
      assertThat(other.reason())
          .contains("No zfs: The store has no dataset of its own", pool.root().toString());
    }
  }

  @Test
  void whatWasAskedForAndWorksIsTaken() {
    BackendProbe.Chosen chosen = BackendProbe.choose(temporary, Optional.of(BackendKind.COPY));

    assertThat(chosen.backend().kind()).isEqualTo(BackendKind.COPY);
  }

  @ParameterizedTest
  @CsvSource({
    "BTRFS, auto, SUBVOL_CREATE_V2.*(ENOTTY|EOPNOTSUPP)",
    "ZFS, zfs create, is not on ZFS",
    "REFLINK, mkfs.xfs, FICLONE.*(ENOTTY|EOPNOTSUPP)"
  })
  void whatWasAskedForAndDoesNotWorkIsAnError(BackendKind wanted, String remedy, String reason)
      throws IOException {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    try (LoopFileSystem fileSystem = LoopFileSystem.create(LoopFileSystem.Type.EXT4, 64)) {
      Path store = Files.createDirectory(fileSystem.root().resolve("store"));

      TaidonException failure =
          catchThrowableOfType(
              TaidonException.class, () -> BackendProbe.choose(store, Optional.of(wanted)));

      assertThat(failure.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
      assertThat(failure.sentence()).contains(wanted.wireName(), "ext4").containsPattern(reason);
      assertThat(failure.remedy().orElseThrow()).contains(remedy);
      assertThat(isEmpty(store)).isTrue();
    }
  }

  @Test
  void aStoreThatIsNotThereIsUnusable() {
    TaidonException failure =
        catchThrowableOfType(
            TaidonException.class,
            () -> BackendProbe.choose(temporary.resolve("absent"), Optional.empty()));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
    assertThat(failure.sentence()).contains("absent");
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory).filter(p -> !p.endsWith("lost+found"))) {
      return entries.findAny().isEmpty();
    }
  }
}
