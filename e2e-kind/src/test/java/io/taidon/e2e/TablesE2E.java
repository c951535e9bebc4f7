package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.e2e.cluster.ApiTable;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.source.Instances;
import io.taidon.e2e.source.Jobs;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code kubectl get dbi,pj,states} tells the story. */
@OnCluster
class TablesE2E {
  @Test
  void kubectlGetTellsTheStory(Suite suite, TestNamespace in) {
    in.create(Jobs.named("shop").psql("-c", "CREATE TABLE t (i int)").write());
    in.create(Jobs.named("broken").psql("-c", "SELEC 1").write());
    in.create(Instances.ofJob("dev", "shop").ttl(Duration.ofHours(1)).write());
    PrepareJob shop = Outcomes.awaitEnd(in, "shop", JobReason.BUILT);
    Outcomes.awaitEnd(in, "broken", JobReason.STEP_FAILED);
    Outcomes.await(in, "dev", InstanceReason.RUNNING);
    Patience.await("both states are available")
        .until(() ->
            table(suite, in, "statesnapshots").rows().stream()
                .allMatch(row -> "True".equals(row.get("Ready"))));

    ApiTable jobs = table(suite, in, "preparejobs");
    assertThat(jobs.shown()).containsExactly("Name", "Succeeded", "Reason", "State", "Age");
    assertThat(jobs.row("shop"))
        .containsEntry("Succeeded", "True")
        .containsEntry("Reason", "Built")
        .containsEntry("State", shop.getStatus().stateRef().name());
    assertThat(jobs.row("broken"))
        .containsEntry("Succeeded", "False")
        .containsEntry("Reason", "StepFailed");
    assertThat(jobs.row("broken").get("Message")).contains("SELEC");

    ApiTable instances = table(suite, in, "dbinstances");
    assertThat(instances.shown())
        .containsExactly("Name", "Ready", "Reason", "Endpoint", "Expires", "Age");
    Map<String, String> dev = instances.row("dev");
    assertThat(dev).containsEntry("Ready", "True").containsEntry("Reason", "Running");
    assertThat(dev.get("Endpoint")).matches("[^:]+:[0-9]+");
    assertThat(dev.get("Node")).isIn(suite.taidon().nodes());
    assertThat(dev.get("Message")).isNotBlank();

    ApiTable states = table(suite, in, "statesnapshots");
    assertThat(states.shown()).containsExactly("Name", "Ready", "Kept", "Step", "Nodes", "Age");
    Map<String, String> state = states.row(shop.getStatus().stateRef().name());
    assertThat(state).containsEntry("Ready", "True");
    assertThat(state.get("Step")).contains("CREATE TABLE t");
    assertThat(state.get("Nodes")).isIn(suite.taidon().nodes());
    assertThat(state.get("Parent")).hasSize(64);
  }

  /** What is in the future is shown as such, not as a time that has passed. */
  @Test
  void anExpiryIsShownAsATime(Suite suite, TestNamespace in) {
    in.create(Instances.ofState("waits", "0123456789abcdef").ttl(Duration.ofHours(1)).write());
    Outcomes.await(in, "waits", InstanceReason.STATE_UNAVAILABLE);

    String expires = table(suite, in, "dbinstances").row("waits").get("Expires");

    assertThat(Instant.parse(expires)).isAfter(Instant.now());
  }

  private static ApiTable table(Suite suite, TestNamespace in, String plural) {
    return ApiTable.of(suite.client(), in.name(), plural);
  }
}
