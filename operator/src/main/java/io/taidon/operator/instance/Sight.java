package io.taidon.operator.instance;

import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Timeline;
import io.taidon.crds.v1alpha1.InstanceReason;
import java.time.Instant;
import java.util.Optional;

/** What one look at an instance has shown, beginning with what was known before. */
record Sight(
    InstanceReason reason,
    String message,
    Optional<String> stateId,
    Optional<String> image,
    Optional<String> node,
    Optional<String> pod,
    Optional<String> address,
    Optional<Instant> expiry,
    Optional<Instant> stopTime,
    Optional<Timeline> timeline) {

  /** What is known from the last time; the server is taken to be on its way. */
  static Sight before(DbInstance instance, Optional<Instant> expiry) {
    DbInstanceStatus status = instance.getStatus();
    return new Sight(
        InstanceReason.STARTING,
        InstanceReason.STARTING.meaning(),
        Optional.ofNullable(status == null ? null : status.stateId()),
        Optional.ofNullable(status == null ? null : status.image()),
        Optional.ofNullable(status == null ? null : status.node()),
        Optional.empty(),
        Optional.empty(),
        expiry,
        InstanceStatuses.time(status == null ? null : status.stopTime()),
        Optional.ofNullable(status == null ? null : status.timeline()));
  }

  Sight because(InstanceReason why, String sentence) {
    return new Sight(why, sentence, stateId, image, node, pod, address, expiry, stopTime, timeline);
  }

  Sight because(InstanceReason why) {
    return because(why, why.meaning());
  }

  Sight of(String state, String serverImage) {
    return new Sight(
        reason,
        message,
        Optional.of(state),
        Optional.of(serverImage),
        node,
        pod,
        address,
        expiry,
        stopTime,
        timeline);
  }

  Sight on(Optional<String> nodeName, String podName) {
    return new Sight(
        reason,
        message,
        stateId,
        image,
        nodeName.or(() -> node),
        Optional.of(podName),
        address,
        expiry,
        stopTime,
        timeline);
  }

  Sight at(Optional<String> where) {
    return new Sight(reason, message, stateId, image, node, pod, where, expiry, stopTime, timeline);
  }

  Sight stopped(Instant when) {
    return new Sight(
        reason, message, stateId, image, node, pod, address, expiry, Optional.of(when), timeline);
  }

  Sight timed(Timeline times) {
    return new Sight(
        reason, message, stateId, image, node, pod, address, expiry, stopTime, Optional.of(times));
  }
}
