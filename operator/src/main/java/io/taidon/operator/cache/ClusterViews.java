package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.quarkus.runtime.ShutdownEvent;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.pool.Pool;
import io.taidon.operator.pool.Pools;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Follows everything that bears on the cache. What the operator has written itself is seen at once,
 * whatever the watches lag behind. Thread-safe.
 */
@ApplicationScoped
public class ClusterViews {
  private final KubernetesClient client;
  private final OperatorSettings settings;
  private final Pools pools;
  private final Clock clock = Clock.systemUTC();
  private final Map<StateKey, StateSnapshot> written = new ConcurrentHashMap<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private SharedIndexInformer<StateSnapshot> snapshots;

  @SuppressWarnings("NullAway.Init")
  private SharedIndexInformer<DbInstance> instances;

  @SuppressWarnings("NullAway.Init")
  private SharedIndexInformer<PrepareJob> jobs;

  @SuppressWarnings("NullAway.Init")
  private SharedIndexInformer<Pod> pods;

  public ClusterViews(KubernetesClient client, OperatorSettings settings, Pools pools) {
    this.client = client;
    this.settings = settings;
    this.pools = pools;
  }

  /** Begins to follow; returns at once. */
  synchronized void start(Runnable onChange) {
    if (!informers.isEmpty()) {
      return;
    }
    snapshots = client.resources(StateSnapshot.class).inAnyNamespace().runnableInformer(0);
    instances = client.resources(DbInstance.class).inAnyNamespace().runnableInformer(0);
    jobs = client.resources(PrepareJob.class).inAnyNamespace().runnableInformer(0);
    pods = client.pods().inAnyNamespace().withLabel(Api.LABEL_ROLE).runnableInformer(0);
    SharedIndexInformer<ConfigMap> reports =
        client
            .configMaps()
            .inNamespace(settings.namespace())
            .withLabel(Pools.LABEL)
            .runnableInformer(0);
    follow(snapshots, onChange);
    follow(instances, onChange);
    follow(jobs, onChange);
    follow(pods, onChange);
    follow(reports, onChange);
  }

  private <T extends HasMetadata> void follow(SharedIndexInformer<T> informer, Runnable onChange) {
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(T object) {
            onChange.run();
          }

          @Override
          public void onUpdate(T before, T after) {
            onChange.run();
          }

          @Override
          public void onDelete(T object, boolean unknown) {
            onChange.run();
          }
        });
    informer.exceptionHandler((_, _) -> true);
    informers.add(informer);
    var _ = informer.start();
  }

  /** Whether everything has been seen once. */
  synchronized boolean isReady() {
    return !informers.isEmpty() && informers.stream().allMatch(SharedIndexInformer::hasSynced);
  }

  /**
   * What is the case now. The pools are asked for anew, after everything else was looked at: so
   * their figures have what can be seen to have gone or come.
   */
  ClusterView now() {
    ClusterView others = now(List.of());
    return new ClusterView(
        others.now(),
        others.snapshots(),
        others.instances(),
        others.jobs(),
        others.pods(),
        pools.now());
  }

  /** The same with figures of pools that were asked for before. */
  ClusterView now(List<Pool> known) {
    return new ClusterView(
        clock.instant(),
        snapshots.getStore().list().stream().map(this::newest).toList(),
        instances.getStore().list(),
        jobs.getStore().list(),
        pods.getStore().list(),
        known);
  }

  private StateSnapshot newest(StateSnapshot watched) {
    StateKey key = StateKey.of(watched);
    StateSnapshot own = written.get(key);
    if (own == null) {
      return watched;
    }
    boolean isSame = own.getMetadata().getUid().equals(watched.getMetadata().getUid());
    if (isSame && version(own) > version(watched)) {
      return own;
    }
    var _ = written.remove(key, own);
    return watched;
  }

  /** Remembers an object as the API server answered with it. */
  void wrote(StateSnapshot snapshot) {
    written.put(StateKey.of(snapshot), snapshot);
  }

  /** Versions are numbers in every API server there is; JOSDK compares them too. */
  private static long version(StateSnapshot snapshot) {
    return Long.parseUnsignedLong(snapshot.getMetadata().getResourceVersion());
  }

  synchronized void stop(@Observes ShutdownEvent event) {
    informers.forEach(SharedIndexInformer::close);
    informers.clear();
  }
}
