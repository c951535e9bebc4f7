package io.taidon.operator.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.taidon.core.error.TaidonException;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.Planner;
import io.taidon.core.segment.PodFailure;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.OperatorEvents;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.cache.Rooms;
import io.taidon.operator.cache.Worth;
import io.taidon.operator.job.JobProgress.Planned;
import io.taidon.operator.state.Builder;
import io.taidon.operator.state.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings a PrepareJob to its end: plans, sees what is cached, builds the rest, and says how it
 * went. Everything it knows is in the API, so it may die between any two lines.
 */
@ApplicationScoped
// The API server may be away for long, and nothing else would bring an object up again.
@GradualRetry(maxAttempts = -1)
@ControllerConfiguration(name = "preparejob", fieldManager = Api.MANAGER_OPERATOR)
public class PrepareJobReconciler implements Reconciler<PrepareJob> {
  private static final String SNAPSHOTS = "snapshots";

  /** Events bring changes; this is for what has none, such as pools that report room. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  /** A change of the status alone brings no job up again. */
  private static final Duration RETIRE_SOON = Duration.ofMillis(50);

  private final KubernetesClient client;
  private final OperatorSettings settings;
  private final Planning planning;
  private final Building building;
  private final JobPodTracker tracker;
  private final Plans plans;
  private final Rooms rooms;
  private final Worth worth;
  private final OperatorEvents events;
  private final Clock clock = Clock.systemUTC();

  PrepareJobReconciler(
      KubernetesClient client,
      OperatorSettings settings,
      Planning planning,
      Building building,
      JobPodTracker tracker,
      Plans plans,
      Rooms rooms,
      Worth worth,
      OperatorEvents events) {
    this.client = client;
    this.settings = settings;
    this.planning = planning;
    this.building = building;
    this.tracker = tracker;
    this.plans = plans;
    this.rooms = rooms;
    this.worth = worth;
    this.events = events;
  }

  @Override
  public List<EventSource<?, PrepareJob>> prepareEventSources(
      EventSourceContext<PrepareJob> context) {
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, PrepareJob.class)
                .withLabelSelector(Api.LABEL_JOB)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(PrepareJob.class))
                .build(),
            context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(StateSnapshot.class, PrepareJob.class)
                .withName(SNAPSHOTS)
                .withSecondaryToPrimaryMapper(snapshot -> unfinished(context, snapshot))
                .build(),
            context));
  }

  private static Set<ResourceID> unfinished(
      EventSourceContext<PrepareJob> context, StateSnapshot snapshot) {
    return context
        .getPrimaryCache()
        .list(snapshot.getMetadata().getNamespace(), job -> !JobStates.isFinished(job))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  @Override
  public UpdateControl<PrepareJob> reconcile(PrepareJob job, Context<PrepareJob> context) {
    if (job.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    if (JobStates.isFinished(job)) {
      return retire(job, context);
    }
    Snapshots snapshots = snapshots(job, context);
    JobProgress progress = bounded(job, advance(job, snapshots, context));
    if (progress.isFinal()) {
      settle(job, snapshots, progress);
    }
    // Into the cache too: the next look must not see the job as it was before.
    PrepareJob ignored =
        PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(
            job, JobStatuses.of(job, progress, clock.instant()), context);
    if (progress.isFinal()) {
      events.tell(job, progress.reason(), progress.message());
    }
    return UpdateControl.<PrepareJob>noUpdate()
        .rescheduleAfter(progress.isFinal() ? RETIRE_SOON : LOOK_AGAIN);
  }

  private JobProgress advance(PrepareJob job, Snapshots snapshots, Context<PrepareJob> context) {
    try {
      SpecRules.check(job.getSpec());
      return switch (planning.advance(job)) {
        case Planning.Outcome.Pending pending -> pending.progress();
        case Planning.Outcome.Known known -> follow(job, known, snapshots, context);
      };
    } catch (TaidonException e) {
      PodFailure failure =
          new PodFailure(
              e.code(),
              e.sentence(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              e.remedy());
      return JobProgress.failed(FailureReasons.of(e.code()), failure);
    }
  }

  private JobProgress follow(
      PrepareJob job,
      Planning.Outcome.Known known,
      Snapshots snapshots,
      Context<PrepareJob> context) {
    Plan plan = Planner.plan(known.manifest().base(), known.manifest().steps(), snapshots.index());
    Planned planned =
        new Planned(plan, known.manifest().sourceRevision(), Plans.name(known.digest()));
    if (Boolean.TRUE.equals(job.getSpec().planOnly())) {
      return JobProgress.of(JobReason.PLAN_ONLY, JobReason.PLAN_ONLY.meaning()).with(planned);
    }
    if (plan.isCached() && snapshots.index().contains(plan.finalState())) {
      snapshots.find(plan.finalState()).ifPresent(state -> plans.keepFor(state, known.digest()));
      JobProgress done = success(job);
      if (done.reason() == JobReason.CACHED) {
        snapshots.find(plan.finalState()).ifPresent(worth::used);
      }
      return done.with(planned).withAttempts(Building.attempts(job));
    }
    return building
        .advance(
            new Building.Order(
                job, known.manifest(), plan, snapshots, builder -> isAlive(context, job, builder)))
        .with(planned);
  }

  private JobProgress success(PrepareJob job) {
    boolean built = tracker.find(job, Building.podName(job, Building.attempts(job))).isPresent();
    JobReason reason = built ? JobReason.BUILT : JobReason.CACHED;
    return JobProgress.of(reason, reason.meaning());
  }

  /**
   * Whether a builder still works; asked of the API, because taking over a live one's state wastes
   * its work.
   */
  private boolean isAlive(Context<PrepareJob> context, PrepareJob job, Builder builder) {
    return Optional.ofNullable(
            context
                .getClient()
                .resources(PrepareJob.class)
                .inNamespace(job.getMetadata().getNamespace())
                .withName(builder.name())
                .get())
        .filter(other -> Builder.of(other).equals(builder))
        .filter(other ->
            !JobStates.isFinished(other) && other.getMetadata().getDeletionTimestamp() == null)
        .isPresent();
  }

  /** The same progress, unless the deadline has passed. */
  private JobProgress bounded(PrepareJob job, JobProgress progress) {
    if (progress.isFinal()) {
      return progress;
    }
    Duration limit =
        Optional.ofNullable(job.getSpec().deadlineSeconds())
            .map(Duration::ofSeconds)
            .orElse(settings.job().deadline());
    Instant deadline = Instant.parse(job.getMetadata().getCreationTimestamp()).plus(limit);
    if (clock.instant().isBefore(deadline)) {
      return progress;
    }
    JobReason reason = late(progress.reason());
    String message =
        "The deadline of " + limit.toSeconds() + " s passed. Last: " + progress.message();
    JobProgress late = JobProgress.of(reason, message).withAttempts(progress.attempts());
    return progress.planned().map(late::with).orElse(late);
  }

  private static JobReason late(JobReason waiting) {
    return switch (waiting) {
      case WAITING_FOR_NODE -> JobReason.NO_NODE;
      case WAITING_FOR_ROOM -> JobReason.NO_SPACE;
      default -> JobReason.DEADLINE_EXCEEDED;
    };
  }

  /** Notes what its pod took and gives back what it claimed. May be done again. */
  private void settle(PrepareJob job, Snapshots snapshots, JobProgress progress) {
    rooms.release(job.getMetadata().getUid());
    progress
        .planned()
        .ifPresent(planned ->
            worth.built(
                tracker.find(job, Building.podName(job, Building.attempts(job))),
                planned.plan(),
                snapshots));
    if (progress.reason().status().equals("False")) {
      snapshots.abandon(Builder.of(job));
    }
  }

  /** Ends what a finished job has left, and the job itself when its time is over. */
  private UpdateControl<PrepareJob> retire(PrepareJob job, Context<PrepareJob> context) {
    deletePods(context);
    Integer keep = job.getSpec().ttlSecondsAfterFinished();
    if (keep == null || job.getStatus().completionTime() == null) {
      return UpdateControl.noUpdate();
    }
    Instant end = Instant.parse(job.getStatus().completionTime()).plusSeconds(keep);
    Duration left = Duration.between(clock.instant(), end);
    if (left.isPositive()) {
      return UpdateControl.<PrepareJob>noUpdate().rescheduleAfter(left);
    }
    client.resource(job).delete();
    return UpdateControl.noUpdate();
  }

  /**
   * Pods that are done have told what they know; those of a failed job would go on. Only after the
   * outcome is written: a build whose pod is gone looks like one that found all states there.
   */
  private void deletePods(Context<PrepareJob> context) {
    context
        .getSecondaryResourcesAsStream(Pod.class)
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .forEach(pod -> client.resource(pod).delete());
  }

  private Snapshots snapshots(PrepareJob job, Context<PrepareJob> context) {
    InformerEventSource<StateSnapshot, PrepareJob> source =
        (InformerEventSource<StateSnapshot, PrepareJob>)
            Objects.requireNonNull(
                context.eventSourceRetriever().getEventSourceFor(StateSnapshot.class, SNAPSHOTS));
    return new Snapshots(client, source, job.getMetadata().getNamespace());
  }
}
