package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.DeleteResult;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.ZfsPool;
import io.taidon.engine.snapshot.linux.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same on ZFS, where every cluster is a dataset. */
class LocalEngineOnZfsTest extends LocalEngineTest {
  private static ZfsPool pool;
  private Path store = Path.of("/");

  @BeforeAll
  static void makePool() {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
    pool = ZfsPool.create(2000);
  }

  @AfterAll
  static void destroyPool() {
    if (pool != null) {
      pool.close();
    }
  }

  @Override
  Path store() {
    if (store.getNameCount() == 0) {
      store = made();
    }
    return store;
  }

  static Path made() {
    try {
      return pool.makeStore();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void takeAway(Path state) {
    pool.unmount(state);
  }

  /**
   * Not a test here: on ZFS the whole store is mounted, which the test after this one takes away.
   */
  @Override
  void an_instance_comes_back_after_a_reboot_took_its_mount() {}

  @Test
  void states_go_in_any_order_and_come_back_after_a_reboot() throws Exception {
    String[] steps = {
      "-c",
      "create table t as select 1 i",
      "-c",
      "insert into t values (2)",
      "-c",
      "insert into t values (3)"
    };
    JobView job = await(engine.submit(request(steps)));
    assertThat(job.error()).isEmpty();
    assertThat(engine.status().backend().name()).isEqualTo("zfs");
    String instance = job.result().orElseThrow().instanceId().orElseThrow();

    // The states of the first steps are clones of the directory that became the last state.
    DeleteResult deleted =
        engine.deleteState(job.result().orElseThrow().stateId(), true, true, false);
    assertThat(deleted.outcome()).isEqualTo("deleted");
    assertThat(engine.states(ListFilter.ALL)).hasSize(3);
    JobView again = await(engine.submit(request(steps)));
    assertThat(again.result().orElseThrow().stepsRun()).as("the others are whole").isEqualTo(1);
    assertThat(query(again, "select sum(i) from t")).isEqualTo("6\n");
    assertThat(instance).isNotEqualTo(again.result().orElseThrow().instanceId().orElseThrow());

    engine.shutdown(false);
    unmountAll();
    engine = newEngine();

    JobView cached = await(engine.submit(request(steps)));
    assertThat(cached.result().orElseThrow().stepsRun()).isZero();
    assertThat(query(cached, "select sum(i) from t")).isEqualTo("6\n");
    assertThat(query(again, "select sum(i) from t")).isEqualTo("6\n");
  }

  private void unmountAll() {
    for (String line : pool.list("mountpoint")) {
      String mountPoint = line.substring(line.indexOf('\t') + 1);
      if (mountPoint.startsWith(store + "/")) {
        LoopFileSystem.run("zfs", "unmount", mountPoint);
      }
    }
  }
}
