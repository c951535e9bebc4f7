package io.taidon.engine.local;

import io.taidon.engine.snapshot.LoopFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The same where snapshots are atomic: states on the way are taken from a running server, and what
 * starts from them recovers.
 */
class LiquibaseOnBtrfsTest extends LiquibaseEngineTest {
  private static LoopFileSystem btrfs;

  @BeforeAll
  static void mount() throws Exception {
    LoopFileSystem.requireRoot();
    btrfs = LoopFileSystem.create(LoopFileSystem.Type.BTRFS, 1024);
  }

  @AfterAll
  static void unmount() throws Exception {
    if (btrfs != null) {
      btrfs.close();
    }
  }

  @Override
  Path place() {
    try {
      return Files.createTempDirectory(btrfs.root(), "store");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
