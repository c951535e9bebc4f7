package io.taidon.operator.state;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateReason;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.operator.Deletion;
import io.taidon.operator.cache.CacheKeeper;
import io.taidon.operator.condition.Conditions;
import io.taidon.operator.job.JobStates;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says of each StateSnapshot whether it is available, forgets those that nobody will build, and
 * lets deleted ones go when the last pool has dropped its copy or is gone itself.
 */
@ApplicationScoped
// The API server may be away for long, and nothing else would bring an object up again.
@GradualRetry(maxAttempts = -1)
@ControllerConfiguration(
    name = "statesnapshot",
    fieldManager = Api.MANAGER_OPERATOR,
    finalizerName = Api.FINALIZER_POOL,
    generationAwareEventProcessing = false)
public class StateSnapshotReconciler implements Reconciler<StateSnapshot>, Cleaner<StateSnapshot> {
  /** Node plugins drop copies at once; this is for nodes that went away meanwhile. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final CacheKeeper keeper;
  private final Clock clock = Clock.systemUTC();

  public StateSnapshotReconciler(KubernetesClient client, CacheKeeper keeper) {
    this.client = client;
    this.keeper = keeper;
  }

  @Override
  public List<EventSource<?, StateSnapshot>> prepareEventSources(
      EventSourceContext<StateSnapshot> context) {
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(PrepareJob.class, StateSnapshot.class)
                .withSecondaryToPrimaryMapper(job -> claimedBy(context, job))
                .build(),
            context));
  }

  private static Set<ResourceID> claimedBy(
      EventSourceContext<StateSnapshot> context, PrepareJob job) {
    Builder builder = Builder.of(job);
    return context
        .getPrimaryCache()
        .list(
            job.getMetadata().getNamespace(),
            snapshot -> Builder.of(snapshot).filter(builder::equals).isPresent())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  @Override
  public UpdateControl<StateSnapshot> reconcile(
      StateSnapshot snapshot, Context<StateSnapshot> context) {
    keeper.ask(); // only the replica that leads reconciles, and so only it evicts
    if (!Snapshots.isAvailable(snapshot) && wasNeverThere(snapshot) && builderIsGone(snapshot)) {
      Deletion.unlessChanged(client, snapshot);
      return UpdateControl.noUpdate();
    }
    return said(snapshot, reason(snapshot))
        .map(UpdateControl::patchStatus)
        .orElseGet(UpdateControl::noUpdate);
  }

  /** Lets a deleted one go when no node that exists holds a copy. */
  @Override
  public DeleteControl cleanup(StateSnapshot snapshot, Context<StateSnapshot> context) {
    keeper.ask();
    TreeSet<String> holding = Snapshots.holders(snapshot);
    holding.removeIf(node -> client.nodes().withName(node).get() == null);
    if (holding.isEmpty()) {
      return DeleteControl.defaultDelete();
    }
    said(snapshot, StateReason.DELETING)
        .ifPresent(said ->
            client
                .resource(said)
                .subresource("status")
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Api.MANAGER_OPERATOR)
                        .withForce(true)
                        .build(),
                    said));
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN);
  }

  private static boolean wasNeverThere(StateSnapshot snapshot) {
    return snapshot.getStatus() == null
        || Conditions.find(snapshot.getStatus().conditions(), ConditionTypes.READY)
            .filter(c -> !c.getReason().equals(StateReason.PENDING.value()))
            .isEmpty();
  }

  private boolean builderIsGone(StateSnapshot snapshot) {
    return Builder.of(snapshot)
        .flatMap(builder ->
            Optional.ofNullable(
                    client
                        .resources(PrepareJob.class)
                        .inNamespace(snapshot.getMetadata().getNamespace())
                        .withName(builder.name())
                        .get())
                .filter(job -> Builder.of(job).equals(builder))
                .filter(job -> !JobStates.isFinished(job)))
        .isEmpty();
  }

  private static StateReason reason(StateSnapshot snapshot) {
    if (Snapshots.isAvailable(snapshot)) {
      return StateReason.AVAILABLE;
    }
    if (wasNeverThere(snapshot)) {
      return StateReason.PENDING;
    }
    return isEvicted(snapshot) ? StateReason.EVICTED : StateReason.LOST;
  }

  private static boolean isEvicted(StateSnapshot snapshot) {
    return Conditions.find(snapshot.getStatus().conditions(), ConditionTypes.KEPT)
        .filter(kept -> kept.getStatus().equals("False"))
        .filter(kept -> !kept.getReason().equals(KeptReason.LOST.value()))
        .isPresent();
  }

  /** The snapshot with nothing but its new status, to be applied; empty if it says so already. */
  private Optional<StateSnapshot> said(StateSnapshot snapshot, StateReason reason) {
    List<io.fabric8.kubernetes.api.model.Condition> before =
        snapshot.getStatus() == null ? null : snapshot.getStatus().conditions();
    Long generation = snapshot.getMetadata().getGeneration();
    if (Conditions.has(before, ConditionTypes.READY, reason)
        && generation.equals(snapshot.getStatus().observedGeneration())) {
      return Optional.empty();
    }
    StateSnapshot said = new StateSnapshot();
    said.setMetadata(
        new ObjectMetaBuilder()
            .withName(snapshot.getMetadata().getName())
            .withNamespace(snapshot.getMetadata().getNamespace())
            .build());
    said.setStatus(
        StateSnapshotStatus.ofConditions(
            generation,
            List.of(
                Conditions.of(
                    ConditionTypes.READY,
                    reason,
                    reason.meaning(),
                    generation,
                    before,
                    clock.instant()))));
    return Optional.of(said);
  }
}
