package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.source.Instances;
import io.taidon.e2e.source.Jobs;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * No node has space. It fills the pools, so it runs alone, and only where that was allowed: {@code
 * TAIDON_E2E_FILL_POOLS=1}.
 */
@OnCluster
@Tag("disruptive")
@ResourceLock("pools")
class FullPoolsE2E {
  private static final String FILE = ".e2e-full";

  @Test
  void noNodeHasRoomUntilOneHas(Suite suite, TestNamespace in) {
    assumeTrue(
        "1".equals(System.getenv("TAIDON_E2E_FILL_POOLS")),
        "TAIDON_E2E_FILL_POOLS=1 does not say that the pools may be filled");
    PrepareJob base = Jobs.named("base").psql("-c", "CREATE TABLE t (i int)").write();
    // Or its state would be evicted for the space that is missing, and nothing could start from it.
    base.getMetadata().setAnnotations(Map.of(Api.ANNOTATION_PIN, "the base of the test"));
    in.create(base);
    Outcomes.awaitEnd(in, "base", JobReason.BUILT);
    try {
      fill(suite);
      awaitReports(suite, false);

      in.create(
          Jobs.named("late").psql("-c", "CREATE TABLE u (i int)").deadlineSeconds(20).write());
      in.create(Jobs.named("patient").psql("-c", "CREATE TABLE v (i int)").write());
      in.create(Instances.ofJob("dev", "base").write());

      String message =
          Outcomes.succeeded(Outcomes.awaitEnd(in, "late", JobReason.NO_SPACE)).get().getMessage();
      assertThat(message).contains("MiB are free", "a build or instance needs").endsWith(".");
      assertThat(
              Outcomes.ready(Outcomes.await(in, "dev", InstanceReason.NO_SPACE)).get().getMessage())
          .contains("MiB are free", "a build or instance needs");
      Outcomes.await(in, "patient", JobReason.WAITING_FOR_ROOM);
    } finally {
      drain(suite);
    }
    // Once there is room, what waited goes on by itself.
    awaitReports(suite, true);
    Outcomes.awaitEnd(in, "patient", JobReason.BUILT);
    Outcomes.await(in, "dev", InstanceReason.RUNNING);
  }

  /** Leaves half of what a build has to have. */
  private static void fill(Suite suite) {
    everywhere(
        suite,
        "cd \"$1\" && free=$(df --output=avail -B1 . | tail -n 1) && fallocate -l $((free - "
            + reserve(suite) / 2
            + ")) \"$2\"");
  }

  private static long reserve(Suite suite) {
    return suite.taidon().setting("taidon.pool-reserve").map(Long::parseLong).orElseThrow();
  }

  private static void drain(Suite suite) {
    everywhere(suite, "rm -f \"$1/$2\"");
  }

  private static void everywhere(Suite suite, String script) {
    for (String node : suite.taidon().nodes()) {
      for (String pool : suite.taidon().poolDirectories()) {
        suite.hands().on(node).run("sh", "-c", script, "sh", pool, FILE);
      }
    }
  }

  /** Plugins report once a minute. */
  private static void awaitReports(Suite suite, boolean room) {
    Patience.await("reports of " + (room ? "room" : "no room"))
        .atMost(Duration.ofMinutes(3))
        .until(() ->
            suite
                .client()
                .configMaps()
                .inNamespace(suite.taidon().namespace())
                .withLabel("taidon.io/pool")
                .list()
                .getItems()
                .stream()
                .mapToLong(report -> Long.parseLong(report.getData().get("freeBytes")))
                .allMatch(free -> room == free > reserve(suite)));
  }
}
