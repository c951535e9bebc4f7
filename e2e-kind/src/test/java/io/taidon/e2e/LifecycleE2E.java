package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec.OnIdle;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.Dsn;
import io.taidon.e2e.connect.Outside;
import io.taidon.e2e.source.Instances;
import io.taidon.e2e.source.Jobs;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Instances stop when nobody uses them, wake when somebody connects, and go when they expire. */
@OnCluster
class LifecycleE2E {
  @Test
  void anIdleInstanceStopsKeepsItsDataAndWakesOnConnect(Suite suite, TestNamespace in)
      throws Exception {
    prepare(in);
    in.create(Instances.ofJob("dev", "base").idle(Duration.ofSeconds(3), OnIdle.Stop).write());
    DbInstance running = Outcomes.await(in, "dev", InstanceReason.RUNNING);
    Dsn dsn = Dsn.of(in, "dev");
    try (Outside.Session session = suite.outside().connect(dsn)) {
      session.query("INSERT INTO t VALUES (42)");
      // An open session keeps it awake, however quiet.
      Patience.await("the gateway's report of a session").until(() -> sessions(in) == 1);
      Patience.await("a quiet time longer than the idle timeout")
          .pollDelay(Duration.ofSeconds(5))
          .until(() -> true);
      assertThat(session.query("SELECT i FROM t")).isEqualTo("42");
    }

    DbInstance stopped = Outcomes.await(in, "dev", InstanceReason.STOPPED);
    assertThat(Outcomes.ready(stopped).get().getStatus()).isEqualTo("True");
    assertThat(stopped.getStatus().stopTime()).isNotNull();
    Patience.await("its pod is gone").until(() -> in.pods().isEmpty());

    // Many at once wake it once, and all get what was written before it slept.
    assertThat(atOnce(8, () -> suite.outside().query(dsn, "SELECT i FROM t"))).containsOnly("42");
    DbInstance awake = Outcomes.await(in, "dev", InstanceReason.RUNNING);
    assertThat(awake.getStatus().node()).isEqualTo(running.getStatus().node());
    assertThat(in.pods()).hasSize(1);

    // And again, from a pod.
    Outcomes.await(in, "dev", InstanceReason.STOPPED);
    assertThat(suite.insidePod(in).query("dev", "SELECT i FROM t")).endsWith("42");
  }

  private static int sessions(TestNamespace in) {
    var use = in.instance("dev").require().getStatus().use();
    return use == null
        ? 0
        : use.stream().mapToInt(u -> u.sessions() == null ? 0 : u.sessions()).sum();
  }

  private static List<String> atOnce(int clients, Callable<String> query) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers =
          IntStream.range(0, clients).mapToObj(_ -> threads.submit(query)).toList();
      List<String> all = new java.util.ArrayList<>();
      for (Future<String> answer : answers) {
        all.add(answer.get());
      }
      return all;
    }
  }

  @Test
  void anIdleInstanceMayBeDeleted(TestNamespace in) {
    prepare(in);
    in.create(Instances.ofJob("once", "base").idle(Duration.ofSeconds(2), OnIdle.Delete).write());

    Outcomes.awaitGone(in, "once");

    onlyStatesAreLeft(in);
  }

  @Test
  void anExpiredInstanceIsGoneWithItsSecretAndItsVolume(Suite suite, TestNamespace in)
      throws Exception {
    prepare(in);
    in.create(Instances.ofJob("brief", "base").ttl(Duration.ofSeconds(100)).write());
    in.create(
        Instances.ofJob("asleep", "base")
            .ttl(Duration.ofSeconds(105))
            .idle(Duration.ofSeconds(2), OnIdle.Stop)
            .write());
    Outcomes.await(in, "brief", InstanceReason.RUNNING);
    Dsn dsn = Dsn.of(in, "brief");
    assertThat(suite.hands().holdings(in.name()).stream().filter(p -> p.contains("/instances/")))
        .hasSizeGreaterThanOrEqualTo(1);

    try (Outside.Session session = suite.outside().connect(dsn)) {
      Outcomes.awaitGone(in, "brief");
      Patience.await("its sessions end").until(() -> !answers(session));
    }
    assertThatThrownBy(() -> suite.outside().query(dsn, "SELECT 1"))
        .isInstanceOf(SQLException.class);
    Outcomes.awaitGone(in, "asleep");
    onlyStatesAreLeft(in);
  }

  /** Whoever is given it can write in no way, also after it slept. */
  @Test
  void anInstanceForReadingIsReadAndNotWritten(Suite suite, TestNamespace in) throws Exception {
    in.create(Jobs.named("base").psql("-c", "CREATE TABLE t AS SELECT 42 AS i").write());
    in.create(
        Instances.ofJob("report", "base")
            .readOnly()
            .idle(Duration.ofSeconds(3), OnIdle.Stop)
            .write());
    Outcomes.await(in, "report", InstanceReason.RUNNING);
    Dsn dsn = Dsn.of(in, "report");

    readsAndDoesNotWrite(suite, dsn);
    Outcomes.await(in, "report", InstanceReason.STOPPED);
    readsAndDoesNotWrite(suite, dsn);
  }

  private static void readsAndDoesNotWrite(Suite suite, Dsn dsn) throws SQLException {
    try (Outside.Session session = suite.outside().connect(dsn)) {
      assertThat(session.query("SELECT i FROM t")).isEqualTo("42");
      assertThatThrownBy(() -> session.query("CREATE TEMP TABLE mine (i int)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("read-only transaction");
    }
  }

  private static boolean answers(Outside.Session session) {
    try {
      return session.query("SELECT 1").equals("1");
    } catch (SQLException e) {
      return false;
    }
  }

  private static void prepare(TestNamespace in) {
    in.create(Jobs.named("base").psql("-c", "CREATE TABLE t (i int)").write());
    Outcomes.awaitEnd(in, "base", JobReason.BUILT);
  }

  /** No pod, no Secret, no data of an instance, no mount; job and states stay. */
  private static void onlyStatesAreLeft(TestNamespace in) {
    Patience.await("only job, plan and states are left")
        .until(
            () ->
                in.holdings().stream()
                    .filter(it -> !it.startsWith("PrepareJob ") && !it.startsWith("StateSnapshot "))
                    .filter(it -> !it.startsWith("ConfigMap ") && !it.contains("/states/"))
                    .collect(Collectors.toList()),
            List::isEmpty);
    assertThat(in.states()).hasSize(2);
  }
}
