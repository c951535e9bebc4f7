package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.operator.pod.JobPods;
import io.taidon.operator.state.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Counts uses of states and notes what building them took, in their status: by that the policy
 * weighs them. Losing a count harms nothing, so a failure to write one fails nothing. Thread-safe.
 */
@ApplicationScoped
public class Worth {
  private static final Logger LOG = Logger.getLogger(Worth.class);

  private final KubernetesClient client;
  private final Clock clock = Clock.systemUTC();

  /** What was last written, because watches lag behind; by uid. */
  private final Map<String, Figures> written = new HashMap<>();

  private static final int MOST_WRITTEN = 10_000;

  public Worth(KubernetesClient client) {
    this.client = client;
  }

  private record Figures(@Nullable Long buildMillis, long uses, @Nullable String lastUseTime) {}

  /** A build or an instance starts from it, or a job wanted it and found it. */
  public synchronized void used(StateSnapshot snapshot) {
    Figures before = figures(snapshot);
    write(
        snapshot,
        new Figures(
            before.buildMillis(),
            before.uses() + 1,
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /**
   * Notes what the states took that a pod has built: from the start of its container, or from the
   * state before, to when each was sealed.
   */
  public synchronized void built(Optional<Pod> pod, Plan plan, Snapshots snapshots) {
    Optional<Instant> began = pod.flatMap(Worth::began);
    if (began.isEmpty()) {
      return;
    }
    List<Sealed> sealed = new ArrayList<>();
    Stream.concat(Stream.of(plan.base()), plan.steps().stream().map(PlannedStep::output))
        .flatMap(id -> sealed(id, snapshots).stream())
        .filter(state -> !state.time().isBefore(began.get()))
        .sorted(Comparator.comparing(Sealed::time))
        .forEach(sealed::add);
    Instant since = began.get();
    for (Sealed state : sealed) {
      Figures before = figures(state.snapshot());
      if (before.buildMillis() == null) {
        long millis = Math.max(1, Duration.between(since, state.time()).toMillis());
        write(state.snapshot(), new Figures(millis, before.uses(), before.lastUseTime()));
      }
      since = state.time();
    }
  }

  private record Sealed(StateSnapshot snapshot, Instant time) {}

  private static Optional<Sealed> sealed(StateId id, Snapshots snapshots) {
    return snapshots
        .find(id)
        .flatMap(snapshot ->
            Snapshots.locations(snapshot).stream()
                .flatMap(location ->
                    Optional.ofNullable(location.readyTime()).flatMap(Holds::time).stream())
                .max(Comparator.naturalOrder())
                .map(time -> new Sealed(snapshot, time)));
  }

  private static Optional<Instant> began(Pod pod) {
    if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
      return Optional.empty();
    }
    return pod.getStatus().getContainerStatuses().stream()
        .filter(container -> JobPods.CONTAINER.equals(container.getName()))
        .map(ContainerStatus::getState)
        .filter(Objects::nonNull)
        .flatMap(state -> startTime(state).stream())
        .findFirst();
  }

  private static Optional<Instant> startTime(ContainerState state) {
    String text =
        state.getRunning() != null
            ? state.getRunning().getStartedAt()
            : state.getTerminated() == null ? null : state.getTerminated().getStartedAt();
    return Optional.ofNullable(text).flatMap(Holds::time);
  }

  private Figures figures(StateSnapshot snapshot) {
    Figures known = written.get(snapshot.getMetadata().getUid());
    if (known != null) {
      return known;
    }
    @Nullable StateSnapshotStatus status = snapshot.getStatus();
    return status == null
        ? new Figures(null, 0, null)
        : new Figures(
            status.buildMillis(),
            Objects.requireNonNullElse(status.uses(), 0L),
            status.lastUseTime());
  }

  private void write(StateSnapshot snapshot, Figures figures) {
    if (written.size() >= MOST_WRITTEN) {
      written.clear();
    }
    written.put(snapshot.getMetadata().getUid(), figures);
    StateSnapshot said = new StateSnapshot();
    said.setMetadata(
        new ObjectMetaBuilder()
            .withName(snapshot.getMetadata().getName())
            .withNamespace(snapshot.getMetadata().getNamespace())
            .withUid(snapshot.getMetadata().getUid())
            .build());
    said.setStatus(
        StateSnapshotStatus.ofWorth(figures.buildMillis(), figures.uses(), figures.lastUseTime()));
    try {
      client
          .resource(said)
          .subresource("status")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager(Api.MANAGER_WORTH)
                  .withForce(true)
                  .build());
    } catch (KubernetesClientException e) {
      LOG.debugf("a use of %s was not counted: %s", said.getMetadata().getName(), e.getMessage());
    }
  }
}
