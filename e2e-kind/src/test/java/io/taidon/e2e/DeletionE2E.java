package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.Dsn;
import io.taidon.e2e.source.Instances;
import io.taidon.e2e.source.Jobs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deleting anything in any order leaves nothing behind. */
@OnCluster
class DeletionE2E {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "job instance states",
        "states instance job",
        "instance states job",
        "states job instance"
      })
  void inThisOrder(String order, Suite suite, TestNamespace in) throws Exception {
    prepare(in);
    in.create(Instances.ofJob("dev", "base").write());
    Outcomes.await(in, "dev", InstanceReason.RUNNING);
    Dsn dsn = Dsn.of(in, "dev");

    for (String kind : order.split(" ")) {
      switch (kind) {
        case "job" -> in.job("base").delete();
        case "instance" -> in.instance("dev").delete();
        case "states" -> {
          in.client().resources(StateSnapshot.class).inNamespace(in.name()).delete();
          Patience.await("the states are gone").until(() -> in.states().isEmpty());
        }
        default -> throw new IllegalArgumentException(kind);
      }
      if (in.instance("dev").get() != null && !order.startsWith("instance")) {
        assertThat(suite.outside().query(dsn, "SELECT count(*) FROM t"))
            .as("an instance outlives what it was made of")
            .isEqualTo("0");
      }
    }

    in.awaitNothingLeft();
  }

  @Test
  void allAtOnce(TestNamespace in) {
    prepare(in);
    in.create(Instances.ofJob("one", "base").write());
    in.create(Instances.ofJob("two", "base").write());
    Outcomes.await(in, "one", InstanceReason.RUNNING);

    deleteAll(in);

    in.awaitNothingLeft();
  }

  @Test
  void whileItIsOnItsWay(TestNamespace in) {
    in.create(
        Jobs.named("build")
            .psql("-c", "CREATE TABLE t (i int)", "-c", "SELECT pg_sleep(600)")
            .write());
    in.create(Instances.ofJob("waits", "build").write());
    Outcomes.await(in, "build", JobReason.BUILDING);
    Patience.await("the first step is done")
        .until(() -> in.states().stream().anyMatch(DeletionE2E::isKept));

    deleteAll(in);

    in.awaitNothingLeft();
  }

  private static boolean isKept(StateSnapshot state) {
    return state.getSpec().step() != null
        && state.getStatus() != null
        && state.getStatus().locations() != null
        && !state.getStatus().locations().isEmpty();
  }

  /** At three points of its way; the last one is most often in the middle of its start. */
  @Test
  void instancesThatHaveJustBeenAskedFor(TestNamespace in) {
    prepare(in);
    for (String name : List.of("at-once", "bound", "starting")) {
      in.create(Instances.ofJob(name, "base").write());
    }
    in.instance("at-once").delete();
    Patience.await("a pod is bound")
        .until(() ->
            in.pods().stream()
                .anyMatch(pod ->
                    pod.getMetadata().getName().startsWith("bound")
                        && pod.getSpec().getNodeName() != null));
    in.instance("bound").delete();
    in.instance("starting").delete();
    in.job("base").delete();
    in.client().resources(StateSnapshot.class).inNamespace(in.name()).delete();

    in.awaitNothingLeft();
  }

  /** The names are free at once for others, who get nothing of those before. */
  @Test
  void andMadeAgainUnderTheSameNames(Suite suite, TestNamespace in) throws Exception {
    prepare(in);
    in.create(Instances.ofJob("dev", "base").write());
    Outcomes.await(in, "dev", InstanceReason.RUNNING);
    Dsn first = Dsn.of(in, "dev");
    suite.outside().query(first, "INSERT INTO t VALUES (1)");

    in.instance("dev").delete();
    in.job("base").delete();
    Patience.await("both are gone")
        .until(() -> in.instance("dev").get() == null && in.job("base").get() == null);
    in.create(Jobs.named("base").psql("-c", "CREATE TABLE t (i int)").write());
    in.create(Instances.ofJob("dev", "base").write());

    Outcomes.awaitEnd(in, "base", JobReason.CACHED);
    Outcomes.await(in, "dev", InstanceReason.RUNNING);
    Dsn second = Dsn.of(in, "dev");
    assertThat(second.password()).isNotEqualTo(first.password());
    assertThat(suite.outside().query(second, "SELECT count(*) FROM t")).isEqualTo("0");
  }

  private static void deleteAll(TestNamespace in) {
    in.client().resources(StateSnapshot.class).inNamespace(in.name()).delete();
    in.client().resources(PrepareJob.class).inNamespace(in.name()).delete();
    in.client().resources(DbInstance.class).inNamespace(in.name()).delete();
  }

  private static void prepare(TestNamespace in) {
    in.create(Jobs.named("base").psql("-c", "CREATE TABLE t (i int)").write());
    Outcomes.awaitEnd(in, "base", JobReason.BUILT);
  }
}
