package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.plan.StepKind;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec.OnIdle;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.e2e.cluster.Component;
import io.taidon.e2e.cluster.Killer;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.Dsn;
import io.taidon.e2e.embedded.EmbeddedIds;
import io.taidon.e2e.source.Instances;
import io.taidon.e2e.source.Jobs;
import io.taidon.e2e.source.Workspaces;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * One life of a database, from sources to nothing, in which a part of Taidon is killed in the
 * middle of each thing that happens. The outcome is the one without. The three lives run at the
 * same time, so each also sees the deaths of the others' victims.
 */
@OnCluster
@Tag("disruptive")
@ResourceLock(value = "pools", mode = ResourceAccessMode.READ)
class DisruptionE2E {
  private static final Map<String, String> FILES =
      Map.of(
          "schema.sql", "CREATE TABLE t (i int);\n",
          "slow.sql", "SELECT pg_sleep(4);\nINSERT INTO t VALUES (1);\n",
          "other.sql", "SELECT pg_sleep(4);\nINSERT INTO t VALUES (1), (2);\n");

  @Test
  void killingTheOperatorChangesNothing(Suite suite, TestNamespace in) throws Exception {
    liveWhileItDies(Component.OPERATOR, suite, in);
  }

  @Test
  void killingTheNodePluginChangesNothing(Suite suite, TestNamespace in) throws Exception {
    liveWhileItDies(Component.NODE, suite, in);
  }

  @Test
  void killingTheGatewayChangesNothing(Suite suite, TestNamespace in) throws Exception {
    liveWhileItDies(Component.GATEWAY, suite, in);
  }

  private static void liveWhileItDies(Component victim, Suite suite, TestNamespace in)
      throws Exception {
    Killer killer = new Killer(suite.client(), suite.taidon(), suite.hands(), victim);
    aJobIsPlannedAndBuilt(killer, in);
    onlyTheSuffixOfAChangedJobIsBuilt(killer, in);
    anIdenticalJobIsCached(killer, in);
    anInstanceStarts(killer, suite, in);
    itStopsWhenIdle(killer, in);
    itWakesOnConnect(killer, suite, in);
    anotherExpires(killer, in);
    allOfItIsDeleted(killer, in);
    assertThat(killer.kills()).isEqualTo(9);
    suite.taidon().awaitReady();
  }

  private static void aJobIsPlannedAndBuilt(Killer killer, TestNamespace in) {
    in.create(job("shop", "slow.sql"));
    Outcomes.await(in, "shop", JobReason.PLANNING);
    killer.kill();
    Outcomes.await(in, "shop", JobReason.BUILDING);
    killer.kill();

    isBuilt(in, "shop", "slow.sql");
    assertThat(in.stateIds()).containsExactlyInAnyOrderElementsOf(embedded("slow.sql"));
  }

  private static void onlyTheSuffixOfAChangedJobIsBuilt(Killer killer, TestNamespace in) {
    in.create(job("changed", "other.sql"));
    Outcomes.await(in, "changed", JobReason.BUILDING);
    killer.kill();

    PrepareJob changed = isBuilt(in, "changed", "other.sql");
    assertThat(changed.getStatus().cachedSteps()).isEqualTo(1);
    assertThat(in.states()).hasSize(4);
  }

  private static PrepareJob isBuilt(TestNamespace in, String name, String last) {
    PrepareJob job = Outcomes.awaitEnd(in, name, JobReason.BUILT);
    assertThat(job.getStatus().stateId()).isEqualTo(embedded(last).getLast());
    assertThat(job.getStatus().attempts()).as("lost build pods").isIn(null, 0);
    return job;
  }

  private static void anIdenticalJobIsCached(Killer killer, TestNamespace in) {
    in.create(job("again", "slow.sql"));
    killer.kill();

    Outcomes.awaitEnd(in, "again", JobReason.CACHED);
  }

  private static void anInstanceStarts(Killer killer, Suite suite, TestNamespace in) {
    in.create(Instances.ofJob("dev", "shop").idle(Duration.ofSeconds(5), OnIdle.Stop).write());
    Patience.await("a pod of the instance").until(() -> !in.pods().isEmpty());
    killer.kill();

    Outcomes.await(in, "dev", DisruptionE2E::isRunningOrAsleep, "runs, or sleeps already");
    Dsn dsn = Dsn.of(in, "dev");
    assertThat(suite.outside().queryUntilAnswered(dsn, "SELECT count(*) FROM t")).isEqualTo("1");
    suite
        .outside()
        .queryUntilAnswered(dsn, "CREATE TABLE IF NOT EXISTS mine AS SELECT 42 AS answer");
  }

  private static boolean isRunningOrAsleep(DbInstance instance) {
    return Outcomes.ready(instance).filter(c -> c.getStatus().equals("True")).isPresent();
  }

  private static void itStopsWhenIdle(Killer killer, TestNamespace in) {
    Predicate<DbInstance> stops =
        instance ->
            Outcomes.ready(instance)
                .filter(c ->
                    c.getReason().equals(InstanceReason.STOPPING.value())
                        || c.getReason().equals(InstanceReason.STOPPED.value()))
                .isPresent();
    Outcomes.await(in, "dev", stops, "is about to stop");
    killer.kill();

    Outcomes.await(in, "dev", InstanceReason.STOPPED);
    Patience.await("its pod is gone").until(in::pods, List::isEmpty);
  }

  private static void itWakesOnConnect(Killer killer, Suite suite, TestNamespace in)
      throws Exception {
    Dsn dsn = Dsn.of(in, "dev");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> suite.outside().queryUntilAnswered(dsn, "SELECT answer FROM mine"), threads);
      Patience.await("its pod").until(() -> answer.isDone() || !in.pods().isEmpty());
      killer.kill();
      assertThat(answer.get()).isEqualTo("42");
    }
  }

  private static void anotherExpires(Killer killer, TestNamespace in) {
    in.create(Instances.ofJob("brief", "shop").ttl(Duration.ofSeconds(20)).write());
    DbInstance brief =
        Outcomes.await(in, "brief", i -> i.getStatus().expiryTime() != null, "has an expiry");
    Instant expiry = Instant.parse(brief.getStatus().expiryTime());
    Patience.await("its last moment").until(() -> Instant.now().isAfter(expiry.minusMillis(300)));
    killer.kill();

    Outcomes.awaitGone(in, "brief");
    Patience.await("its Secret is gone")
        .until(() ->
            in.secrets().stream().noneMatch(s -> s.getMetadata().getName().startsWith("brief")));
  }

  private static void allOfItIsDeleted(Killer killer, TestNamespace in) {
    in.client().resources(PrepareJob.class).inNamespace(in.name()).delete();
    in.client()
        .resources(io.taidon.crds.v1alpha1.StateSnapshot.class)
        .inNamespace(in.name())
        .delete();
    in.client().resources(DbInstance.class).inNamespace(in.name()).delete();
    killer.kill();

    in.awaitNothingLeft();
  }

  private static PrepareJob job(String name, String last) {
    Jobs job =
        Jobs.named(name).file("schema.sql", FILES.get("schema.sql")).file(last, FILES.get(last));
    return job.psql("-f", "schema.sql", "-f", last).write();
  }

  private static List<String> embedded(String last) {
    return EmbeddedIds.of(Workspaces.files(FILES), StepKind.PSQL, "-f", "schema.sql", "-f", last);
  }
}
