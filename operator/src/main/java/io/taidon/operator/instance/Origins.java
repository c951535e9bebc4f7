package io.taidon.operator.instance;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec.From;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.job.JobStates;
import io.taidon.operator.state.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Finds what an instance starts from. */
@ApplicationScoped
class Origins {
  private final KubernetesClient client;

  Origins(KubernetesClient client) {
    this.client = client;
  }

  Origin find(DbInstance instance, Snapshots snapshots) {
    From from = instance.getSpec().from();
    if (from.stateRef() != null) {
      return snapshot(
          snapshots.byName(from.stateRef().name()),
          "StateSnapshot `" + from.stateRef().name() + "`");
    }
    if (from.stateId() != null) {
      List<StateSnapshot> matches = snapshots.byPrefix(from.stateId());
      if (matches.size() > 1) {
        return new Origin.Missing(
            InstanceReason.STATE_UNAVAILABLE,
            "`"
                + from.stateId()
                + "` is the beginning of "
                + matches.size()
                + " ids; give more digits.");
      }
      return snapshot(matches.stream().findFirst(), "state `" + from.stateId() + "`");
    }
    return from.prepareJobRef() == null
        ? new Origin.Missing(InstanceReason.STATE_UNAVAILABLE, "`from` names nothing.")
        : ofJob(instance, from.prepareJobRef().name(), snapshots);
  }

  private Origin ofJob(DbInstance instance, String name, Snapshots snapshots) {
    PrepareJob job =
        client
            .resources(PrepareJob.class)
            .inNamespace(instance.getMetadata().getNamespace())
            .withName(name)
            .get();
    if (job == null) {
      return new Origin.Missing(
          InstanceReason.WAITING_FOR_JOB, "There is no PrepareJob `" + name + "` yet.");
    }
    if (JobStates.failed(job)) {
      return new Origin.Missing(
          InstanceReason.JOB_FAILED,
          "PrepareJob `" + name + "` failed; `kubectl describe pj " + name + "` says why.");
    }
    if (!JobStates.succeeded(job) || job.getStatus().stateRef() == null) {
      return new Origin.Missing(
          InstanceReason.WAITING_FOR_JOB, "PrepareJob `" + name + "` is not done.");
    }
    return snapshot(
        snapshots.byName(job.getStatus().stateRef().name()),
        "the state of PrepareJob `" + name + "`");
  }

  private static Origin snapshot(Optional<StateSnapshot> found, String what) {
    return found
        .filter(Snapshots::isAvailable)
        .<Origin>map(Origin.Found::new)
        .orElseGet(() ->
            new Origin.Missing(
                InstanceReason.STATE_UNAVAILABLE, "No pool holds " + what + " now."));
  }
}
