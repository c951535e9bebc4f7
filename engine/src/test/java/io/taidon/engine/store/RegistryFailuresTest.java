package io.taidon.engine.store;

import static io.taidon.engine.store.StoreSamples.CLOCK;
import static io.taidon.engine.store.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.linux.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a small file system of its own, which can be full or read-only. */
class RegistryFailuresTest {
  @TempDir Path directory;
  private Path small;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    small = Files.createDirectory(directory.resolve("small"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString());
    assumeTrue(mounted, "mounting a tmpfs needs root");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", "-l", small.toString());
    }
  }

  @Test
  void aFullDiskIsSaidAndNothingIsHalfWritten() throws Exception {
    StoreLayout layout = StoreSamples.layout(small);
    JobRecord job = StoreSamples.job(NOW);
    try (Registry registry = Registry.open(layout, CLOCK)) {
      registry.jobs().insert(job, List.of());
      Path filler = fill(small.resolve("filler"));
      TaidonException full =
          catchThrowableOfType(
              TaidonException.class,
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  registry.events().append(job.id(), List.of(StoreSamples.log("x".repeat(1000))));
                }
              });
      assertThat(full.code()).isEqualTo(ErrorCode.DISK_FULL);
      assertThat(full.remedy()).isPresent();
      StateId state = StoreSamples.stateId(1);
      assertThatThrownBy(
              () -> registry.states().register(StoreSamples.state(state, Optional.empty())))
          .isInstanceOfSatisfying(
              TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
      assertThat(registry.states().contains(state)).isFalse();

      Files.delete(filler);
      long before = registry.events().count(job.id());
      assertThat(registry.events().read(job.id(), 1, 100_000)).hasSize((int) before);
      assertThat(registry.events().append(job.id(), List.of(StoreSamples.log("again"))))
          .isEqualTo(before + 1);
      assertThat(registry.states().register(StoreSamples.state(state, Optional.empty()))).isTrue();
    }
  }

  /**
   * SQLite writes what it shares between processes through a memory map. Without precautions the
   * JVM of this test ends by SIGBUS.
   */
  @Test
  void aFullBtrfsIsAnErrorAndNotASignal() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.create(LoopFileSystem.Type.BTRFS, 120)) {
      StoreLayout layout = StoreSamples.layout(disk.root().resolve("store"));
      JobRecord job = StoreSamples.job(NOW);
      try (Registry registry = Registry.open(layout, CLOCK)) {
        registry.jobs().insert(job, List.of());
        Path filler = fill(disk.root().resolve("filler"));
        boolean full = false;
        for (int i = 0; i < 300; i++) {
          full |= isRefused(registry, job.id());
          // Clean pages want blocks again with the next write.
          Durability.syncFileSystem(disk.root());
          assertThat(registry.jobs().find(job.id())).isPresent();
        }
        assertThat(full).as("the disk was full").isTrue();

        Files.delete(filler);
        Durability.syncFileSystem(disk.root());
        long before = registry.events().count(job.id());
        assertThat(registry.events().append(job.id(), List.of(StoreSamples.log("again"))))
            .isEqualTo(before + 1);
      }
    }
  }

  private static boolean isRefused(Registry registry, JobId job) {
    try {
      registry.events().append(job, List.of(StoreSamples.log("x".repeat(100_000))));
      return false;
    } catch (TaidonException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL);
      return true;
    }
  }

  @Test
  void aReadOnlyStoreIsSaid() throws Exception {
    StoreLayout layout = StoreSamples.layout(small);
    Registry.open(layout, CLOCK).close();
    assumeTrue(run("mount", "-o", "remount,ro", small.toString()), "remounting needs root");
    assertThatThrownBy(() -> Registry.open(layout, CLOCK))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNUSABLE));
  }

  private static Path fill(Path filler) throws IOException {
    byte[] block = new byte[4096];
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      return filler;
    }
  }

  private static boolean run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
