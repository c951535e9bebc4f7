package io.taidon.operator.instance;

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
import io.taidon.core.lifetime.IdlePolicy;
import io.taidon.core.lifetime.TimeLimit;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec.OnIdle;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.Deletion;
import io.taidon.operator.OperatorEvents;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.condition.Conditions;
import io.taidon.operator.state.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps a DbInstance as its spec and its clients want it: running while it is used, stopped when it
 * is idle, gone when its time is over.
 */
@ApplicationScoped
// The API server may be away for long, and nothing else would bring an object up again.
@GradualRetry(maxAttempts = -1)
@ControllerConfiguration(
    name = "dbinstance",
    fieldManager = Api.MANAGER_OPERATOR,
    // What gateways report is in the status, which does not change the generation.
    generationAwareEventProcessing = false)
public class DbInstanceReconciler implements Reconciler<DbInstance> {
  private static final String SNAPSHOTS = "snapshots";
  private static final String JOBS = "jobs";
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration UNSEEN = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(10);

  /**
   * From the word that a server is to stop until it stops: by then gateways let nobody in any more
   * without asking, and have reported whom they let in before.
   */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  /** An open session keeps an instance awake for as long as it is open. */
  private static final Duration SESSIONS_COUNT = Duration.ZERO;

  private final KubernetesClient client;
  private final OperatorSettings settings;
  private final Credentials credentials;
  private final Servers servers;
  private final OperatorEvents events;
  private final Clock clock = Clock.systemUTC();

  DbInstanceReconciler(
      KubernetesClient client,
      OperatorSettings settings,
      Credentials credentials,
      Servers servers,
      OperatorEvents events) {
    this.client = client;
    this.settings = settings;
    this.credentials = credentials;
    this.servers = servers;
    this.events = events;
  }

  @Override
  public List<EventSource<?, DbInstance>> prepareEventSources(
      EventSourceContext<DbInstance> context) {
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, DbInstance.class)
                .withLabelSelector(Api.LABEL_INSTANCE)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(DbInstance.class))
                .build(),
            context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(StateSnapshot.class, DbInstance.class)
                .withName(SNAPSHOTS)
                .withSecondaryToPrimaryMapper(s -> waiting(context, s.getMetadata().getNamespace()))
                .build(),
            context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(PrepareJob.class, DbInstance.class)
                .withName(JOBS)
                .withSecondaryToPrimaryMapper(j -> waiting(context, j.getMetadata().getNamespace()))
                .build(),
            context));
  }

  /** Those that have no state yet. */
  private static Set<ResourceID> waiting(EventSourceContext<DbInstance> context, String namespace) {
    return context
        .getPrimaryCache()
        .list(namespace, i -> i.getStatus() == null || i.getStatus().stateId() == null)
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  @Override
  public UpdateControl<DbInstance> reconcile(DbInstance instance, Context<DbInstance> context) {
    if (instance.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    Instant now = clock.instant();
    Optional<Instant> expiry = expiry(instance);
    if (expiry.filter(time -> !now.isBefore(time)).isPresent()) {
      events.tell(instance, InstanceReason.DELETING, "Its time to live is over.");
      client.resource(instance).delete();
      return UpdateControl.noUpdate();
    }
    Sight before = Sight.before(instance, expiry);
    Optional<Instant> idleAt = idleAt(instance, before, now);
    if (idleAt.filter(time -> !now.isBefore(time)).isPresent()) {
      if (instance.getSpec().onIdle() == OnIdle.Delete) {
        events.tell(instance, InstanceReason.DELETING, "It was idle.");
        Deletion.unlessChanged(client, instance); // a session reported meanwhile keeps it
        return UpdateControl.noUpdate();
      }
      before = before.stopped(now);
    }
    Sight known = before;
    // Somebody may wait for the row: the Secret and the pod are made at the same time.
    CompletableFuture<Void> secret =
        isOpening(instance)
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.runAsync(
                () -> credentials.ensure(instance), Thread::startVirtualThread);
    Sight sight =
        isWanted(instance, known, now)
            ? servers.run(instance, known, snapshots(instance, context), pods(context), now)
            : servers.stop(instance, known, () -> isIdleStill(instance, known, now));
    secret.join();
    say(instance, sight, context);
    return UpdateControl.<DbInstance>noUpdate().rescheduleAfter(next(sight, idleAt, expiry, now));
  }

  /**
   * Whether the server is on its way and has an address: then a look comes every {@link #SOON}, and
   * the Secret was made before the pod could have one.
   */
  private static boolean isOpening(DbInstance instance) {
    DbInstanceStatus status = instance.getStatus();
    return status != null
        && status.address() != null
        && Conditions.has(status.conditions(), ConditionTypes.READY, InstanceReason.STARTING);
  }

  private static boolean isWanted(DbInstance instance, Sight sight, Instant now) {
    return sight.stopTime().isEmpty()
        || ReportedUse.isWanted(use(instance), sight.stopTime().get(), now);
  }

  /** Whether nobody came since all gateways know that it is to stop; not what a cache says. */
  private boolean isIdleStill(DbInstance instance, Sight sight, Instant now) {
    return sight.stopTime().filter(stop -> !now.isBefore(stop.plus(SETTLED))).isPresent()
        && Optional.ofNullable(client.resource(instance).get())
            .filter(current -> !isWanted(current, sight, now))
            .isPresent();
  }

  /** When a running instance will be idle; nothing for one that does not answer. */
  private Optional<Instant> idleAt(DbInstance instance, Sight before, Instant now) {
    boolean running =
        instance.getStatus() != null
            && Conditions.has(
                instance.getStatus().conditions(), ConditionTypes.READY, InstanceReason.RUNNING);
    if (!running || before.timeline().isEmpty()) {
      return Optional.empty();
    }
    Duration timeout =
        Optional.ofNullable(instance.getSpec().idleTimeoutSeconds())
            .map(Duration::ofSeconds)
            .orElse(settings.instance().idleTimeout());
    var times = before.timeline().get();
    Instant start =
        Instant.parse(times.requestTime())
            .plusMillis(Objects.requireNonNullElse(times.answeredMillis(), 0L));
    return new IdlePolicy(timeout, SESSIONS_COUNT)
        .idleAt(ReportedUse.at(use(instance), start, now), now);
  }

  private static List<GatewayUse> use(DbInstance instance) {
    return instance.getStatus() == null || instance.getStatus().use() == null
        ? List.of()
        : instance.getStatus().use();
  }

  private Optional<Instant> expiry(DbInstance instance) {
    TimeLimit limit = new TimeLimit(settings.instance().ttl(), settings.instance().maxTtl());
    return limit.end(
        Instant.parse(instance.getMetadata().getCreationTimestamp()),
        Optional.ofNullable(instance.getSpec().ttlSeconds()).map(Duration::ofSeconds));
  }

  /** When to look again if nothing happens. */
  private static Duration next(
      Sight sight, Optional<Instant> idleAt, Optional<Instant> expiry, Instant now) {
    if (sight.reason() == InstanceReason.STARTING && sight.address().isPresent()) {
      return SOON; // the server may answer at any moment, and no event will say so
    }
    if (sight.reason() == InstanceReason.STARTING && sight.pod().isEmpty()) {
      return UNSEEN; // an operator that died may have made the pod, and its events are over
    }
    if (sight.reason() == InstanceReason.STOPPING) {
      return SETTLED;
    }
    Duration wait = LATER;
    for (Optional<Instant> time : List.of(idleAt, expiry)) {
      if (time.isPresent()) {
        Duration left = Duration.between(now, time.get()).plusMillis(1);
        wait = left.isPositive() && left.compareTo(wait) < 0 ? left : wait;
      }
    }
    return wait;
  }

  private void say(DbInstance instance, Sight sight, Context<DbInstance> context) {
    String endpoint = settings.gateway().host() + ":" + settings.gateway().port();
    DbInstance said =
        InstanceStatuses.of(instance, sight, endpoint, Credentials.name(instance), clock.instant());
    if (InstanceStatuses.isSaid(said, instance)) {
      return;
    }
    boolean changed =
        instance.getStatus() == null
            || !Conditions.has(
                instance.getStatus().conditions(), ConditionTypes.READY, sight.reason());
    if (changed) {
      events.tell(instance, sight.reason(), sight.message());
    }
    // Into the cache too: the next look must not see the instance as it was before.
    DbInstance ignored =
        PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(instance, said, context);
  }

  /** The pods of the instance as a watch shows them, which may be a moment ago. */
  private static Stream<Pod> pods(Context<DbInstance> context) {
    return context.getSecondaryResourcesAsStream(Pod.class);
  }

  private Snapshots snapshots(DbInstance instance, Context<DbInstance> context) {
    InformerEventSource<StateSnapshot, DbInstance> source =
        (InformerEventSource<StateSnapshot, DbInstance>)
            Objects.requireNonNull(
                context.eventSourceRetriever().getEventSourceFor(StateSnapshot.class, SNAPSHOTS));
    return new Snapshots(client, source, instance.getMetadata().getNamespace());
  }
}
