package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.Dsn;
import io.taidon.e2e.source.Workspaces;
import java.io.ByteArrayInputStream;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The samples that users start from, applied as they are. */
@OnCluster
class SamplesE2E {
  /** Its repository is for the reader to replace. */
  private static final String WITHOUT_SOURCE = "shop-changelog";

  @Test
  void theSamplesAreAppliedAndComeToRows(Suite suite, TestNamespace in) throws Exception {
    Set<String> jobs = new TreeSet<>();
    for (byte[] sample : Workspaces.example("kubernetes").values()) {
      for (HasMetadata object : in.client().load(new ByteArrayInputStream(sample)).items()) {
        HasMetadata applied = in.apply(object);
        if (applied.getKind().equals("PrepareJob")) {
          jobs.add(applied.getMetadata().getName());
        }
      }
    }
    assertThat(jobs.remove(WITHOUT_SOURCE)).isTrue();
    assertThat(jobs).isNotEmpty();

    for (String job : jobs) {
      assertThat(Outcomes.succeeded(Outcomes.awaitEnd(in, job)))
          .as(job)
          .hasValueSatisfying(condition -> assertThat(condition.getStatus()).isEqualTo("True"));
    }
    Outcomes.await(in, "shop-dev", InstanceReason.RUNNING);
    assertThat(suite.outside().query(Dsn.of(in, "shop-dev"), "SELECT count(*) FROM customer"))
        .isEqualTo("2");
    assertPinned(in);
  }

  private static void assertPinned(TestNamespace in) {
    String state = in.job("demo-data").require().getStatus().stateId();
    Patience.await("the state of demo-data is pinned")
        .until(() ->
            in.states().stream()
                .filter(snapshot -> snapshot.getSpec().id().equals(state))
                .flatMap(snapshot -> snapshot.getStatus().conditions().stream())
                .anyMatch(condition ->
                    condition.getType().equals(ConditionTypes.KEPT)
                        && condition.getReason().equals(KeptReason.PINNED.value())));
  }
}
