package io.taidon.operator.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import io.taidon.crds.v1alpha1.DbInstanceStatusBuilder;
import io.taidon.crds.v1alpha1.InstanceReason;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstanceStatusesTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  @Test
  void what_is_in_the_status_already_is_not_said_again_whatever_others_say_beside_it() {
    DbInstance instance = instance();
    Sight sight =
        Sight.before(instance, Optional.of(NOW.plusSeconds(60)))
            .at(Optional.of("10.1.1.1:5432"))
            .timed(Timelines.begin(NOW))
            .because(InstanceReason.RUNNING);
    assertThat(InstanceStatuses.isSaid(said(instance, sight), instance)).isFalse();

    DbInstance known = withStatusOf(said(instance, sight));
    assertThat(InstanceStatuses.isSaid(said(known, sight), known)).isTrue();

    Sight moved = sight.at(Optional.of("10.1.1.2:5432"));
    assertThat(InstanceStatuses.isSaid(said(known, moved), known)).isFalse();
    Sight stopping = sight.because(InstanceReason.STOPPING);
    assertThat(InstanceStatuses.isSaid(said(known, stopping), known)).isFalse();
  }

  private static DbInstance said(DbInstance instance, Sight sight) {
    // A later look: the time of the transition stays as long as the status does.
    return InstanceStatuses.of(instance, sight, "gateway:5432", "secret", NOW.plusSeconds(9));
  }

  /** As it comes back from the API, with what a gateway and a node wrote meanwhile. */
  private static DbInstance withStatusOf(DbInstance said) {
    DbInstanceStatus status =
        Serialization.unmarshal(Serialization.asJson(said), DbInstance.class).getStatus();
    DbInstance instance = instance();
    instance.setStatus(
        new DbInstanceStatusBuilder(status)
            .withUse(new GatewayUse("gateway-0", 1, NOW.toString(), null, NOW.toString()))
            .withAnnouncement(NOW.toString(), "10.1.1.1:5432")
            .build());
    return instance;
  }

  private static DbInstance instance() {
    DbInstance instance = new DbInstance();
    instance.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("team-a")
            .withGeneration(1L)
            .build());
    instance.setSpec(
        new DbInstanceSpec(
            new DbInstanceSpec.From("0".repeat(64), null, null), null, null, null, null, null));
    return instance;
  }
}
