package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.taidon.core.cache.Hold;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.operator.job.JobStates;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What holds which state, from what the cluster shows. Pure, once made; immutable after that. */
final class Holds {
  private final Map<StateKey, List<Held>> held = new HashMap<>();

  private Holds() {}

  /** Reads the holds. */
  static Holds of(ClusterView view, List<Grant> grants, Duration minStateAge) {
    Holds holds = new Holds();
    Map<StateKey, StateSnapshot> snapshots = new HashMap<>();
    view.snapshots().forEach(s -> snapshots.put(StateKey.of(s), s));
    view.snapshots().forEach(holds::addPin);
    view.jobs().forEach(holds::addJob);
    view.instances().forEach(instance -> holds.addInstance(instance, view));
    view.pods().forEach(holds::addPod);
    grants.forEach(holds::addGrant);
    view.snapshots().forEach(s -> holds.addAge(s, view.now(), minStateAge));
    holds.addParents(view);
    return holds;
  }

  private void add(StateKey state, Held reason) {
    held.computeIfAbsent(state, _ -> new ArrayList<>()).add(reason);
  }

  private static boolean isPinned(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(Api.ANNOTATION_PIN);
  }

  private void addPin(StateSnapshot snapshot) {
    if (isPinned(snapshot)) {
      add(StateKey.of(snapshot), new Held(Hold.PIN, "its annotation `" + Api.ANNOTATION_PIN + "`"));
    }
  }

  private void addJob(PrepareJob job) {
    if (job.getStatus() == null || job.getStatus().stateId() == null) {
      return;
    }
    StateKey state = new StateKey(job.getMetadata().getNamespace(), job.getStatus().stateId());
    String who = "PrepareJob `" + job.getMetadata().getName() + "`";
    if (!JobStates.isFinished(job)) {
      add(state, new Held(Hold.JOB, who));
    }
    if (isPinned(job)) {
      add(state, new Held(Hold.PIN, who));
    }
  }

  private void addInstance(DbInstance instance, ClusterView view) {
    String who = "DbInstance `" + instance.getMetadata().getName() + "`";
    String namespace = instance.getMetadata().getNamespace();
    var status = instance.getStatus();
    if (status != null && status.stateId() != null) {
      add(
          new StateKey(namespace, status.stateId()),
          new Held(Hold.INSTANCE, who, Optional.ofNullable(status.node())));
      return;
    }
    wanted(instance, view)
        .forEach(id -> add(new StateKey(namespace, id), new Held(Hold.INSTANCE, who)));
  }

  /** The states that an instance may start from which has not started yet. */
  private static Set<String> wanted(DbInstance instance, ClusterView view) {
    String namespace = instance.getMetadata().getNamespace();
    var from = instance.getSpec().from();
    if (from.prepareJobRef() != null) {
      return view.jobs().stream()
          .filter(job -> job.getMetadata().getNamespace().equals(namespace))
          .filter(job -> job.getMetadata().getName().equals(from.prepareJobRef().name()))
          .filter(job -> job.getStatus() != null && job.getStatus().stateId() != null)
          .map(job -> job.getStatus().stateId())
          .collect(Collectors.toSet());
    }
    return view.snapshots().stream()
        .filter(s -> s.getMetadata().getNamespace().equals(namespace))
        .filter(s ->
            from.stateRef() != null
                ? s.getMetadata().getName().equals(from.stateRef().name())
                : from.stateId() != null && s.getSpec().id().startsWith(from.stateId()))
        .map(s -> s.getSpec().id())
        .collect(Collectors.toSet());
  }

  /** A pod that was created may be about to have its start cloned. */
  private void addPod(Pod pod) {
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    if ("Succeeded".equals(phase) || "Failed".equals(phase) || pod.getSpec() == null) {
      return;
    }
    for (Volume volume : pod.getSpec().getVolumes()) {
      if (volume.getCsi() != null && Api.CSI_DRIVER.equals(volume.getCsi().getDriver())) {
        Map<String, String> attributes = volume.getCsi().getVolumeAttributes();
        String state = attributes == null ? null : attributes.get(VolumeAttributes.STATE);
        if (state != null) {
          add(
              new StateKey(pod.getMetadata().getNamespace(), state),
              new Held(
                  Hold.JOB,
                  "pod `" + pod.getMetadata().getName() + "`",
                  Optional.ofNullable(pod.getSpec().getNodeName())));
        }
      }
    }
  }

  private void addGrant(Grant grant) {
    grant.start().ifPresent(state -> add(state, new Held(Hold.JOB, grant.who())));
  }

  private void addAge(StateSnapshot snapshot, Instant now, Duration minStateAge) {
    for (Copy copy : Copy.of(snapshot)) {
      Instant since = time(copy.readyTime()).orElse(now);
      if (since.plus(minStateAge).isAfter(now)) {
        add(copy.state(), new Held(Hold.YOUNG, "its age", Optional.of(copy.pool().node())));
      }
    }
  }

  /** In a pool that cannot drop a state before those that were made from it. */
  private void addParents(ClusterView view) {
    Set<PoolKey> chained = new HashSet<>();
    view.pools().stream()
        .filter(io.taidon.operator.pool.Pool::needsParents)
        .forEach(pool -> chained.add(PoolKey.of(pool)));
    for (StateSnapshot snapshot : view.snapshots()) {
      String parent = snapshot.getSpec().parentId();
      for (Copy copy : Copy.of(snapshot)) {
        if (parent != null && chained.contains(copy.pool())) {
          add(
              copy.state().sibling(parent),
              new Held(
                  Hold.DEPENDANTS,
                  "StateSnapshot `" + snapshot.getMetadata().getName() + "`",
                  Optional.of(copy.pool().node())));
        }
      }
    }
  }

  static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** All that holds a state, strongest first. */
  List<Held> of(StateKey state) {
    return held.getOrDefault(state, List.of()).stream()
        .sorted(Comparator.comparing(Held::hold).thenComparing(Held::who))
        .toList();
  }

  /** What holds one copy of it. */
  Set<Hold> of(Copy copy) {
    return of(copy.state()).stream()
        .filter(reason -> reason.concerns(copy.pool().node()))
        .map(Held::hold)
        .collect(Collectors.toSet());
  }
}
