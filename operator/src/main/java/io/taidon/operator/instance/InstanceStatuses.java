package io.taidon.operator.instance;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.NameRef;
import io.taidon.operator.condition.Conditions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what was seen of an instance into a status. The only place that knows its conditions. */
final class InstanceStatuses {
  private InstanceStatuses() {}

  /** The instance with nothing but the operator's part of its status, to be applied. */
  static DbInstance of(
      DbInstance instance, Sight sight, String endpoint, String secret, Instant now) {
    DbInstance said = new DbInstance();
    said.setMetadata(
        new ObjectMetaBuilder()
            .withName(instance.getMetadata().getName())
            .withNamespace(instance.getMetadata().getNamespace())
            .build());
    List<Condition> before =
        instance.getStatus() == null ? null : instance.getStatus().conditions();
    Long generation = instance.getMetadata().getGeneration();
    said.setStatus(
        new DbInstanceStatus(
            generation,
            List.of(
                Conditions.of(
                    ConditionTypes.READY,
                    sight.reason(),
                    sight.message(),
                    generation,
                    before,
                    now)),
            sight.stateId().orElse(null),
            sight.image().orElse(null),
            endpoint,
            new NameRef(secret),
            sight.node().orElse(null),
            sight.pod().map(NameRef::new).orElse(null),
            sight.address().orElse(null),
            sight.expiry().map(InstanceStatuses::text).orElse(null),
            sight.stopTime().map(InstanceStatuses::text).orElse(null),
            sight.timeline().orElse(null),
            null,
            null));
    return said;
  }

  /** Whether the operator's part of a status is there already. */
  static boolean isSaid(DbInstance said, DbInstance instance) {
    return Optional.ofNullable(instance.getStatus())
        .map(InstanceStatuses::ours)
        .filter(said.getStatus()::equals)
        .isPresent();
  }

  /** The rest is the gateways' and the nodes' part. */
  private static DbInstanceStatus ours(DbInstanceStatus status) {
    return new DbInstanceStatus(
        status.observedGeneration(),
        status.conditions(),
        status.stateId(),
        status.image(),
        status.endpoint(),
        status.secretRef(),
        status.node(),
        status.podRef(),
        status.address(),
        status.expiryTime(),
        status.stopTime(),
        status.timeline(),
        null,
        null);
  }

  static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** A time of an earlier status. */
  static Optional<Instant> time(@Nullable String text) {
    return Optional.ofNullable(text).map(Instant::parse);
  }
}
