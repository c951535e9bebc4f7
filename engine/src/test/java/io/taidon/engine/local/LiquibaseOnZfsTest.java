package io.taidon.engine.local;

import io.taidon.engine.snapshot.ZfsPool;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same on ZFS, whose snapshots of a running server are atomic, too. */
class LiquibaseOnZfsTest extends LiquibaseEngineTest {
  private static ZfsPool pool;

  @BeforeAll
  static void mount() throws Exception {
    pool = ZfsPool.create(1500);
  }

  @AfterAll
  static void unmount() throws Exception {
    if (pool != null) {
      pool.close();
    }
  }

  @Override
  Path place() {
    return pool.makeDataset();
  }
}
