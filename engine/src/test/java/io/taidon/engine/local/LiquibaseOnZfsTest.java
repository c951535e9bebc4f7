package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.snapshot.ZfsPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
    try {
      return Optional.ofNullable(pool.makeStore().getParent()).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void the_store_is_on_zfs() {
    assertThat(engine.status().backend().name()).isEqualTo("zfs");
  }
}
