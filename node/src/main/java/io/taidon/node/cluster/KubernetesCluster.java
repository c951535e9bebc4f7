package io.taidon.node.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Announcement;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.StateIds;
import io.taidon.node.name.Uid;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The cluster through the Kubernetes API: watches for what changes, server-side apply for words.
 */
public final class KubernetesCluster implements Cluster {
  private static final int NAME_DIGITS = 32;
  private static final String POOL_LABEL = "taidon.io/pool";
  private static final String DEFAULT_CLASS = "default";

  private final KubernetesClient client;
  private final String node;
  private final String namespace;
  private final SharedIndexInformer<StateSnapshot> states;
  private final SharedIndexInformer<DbInstance> instances;
  private final SharedIndexInformer<Pod> pods;
  private volatile Runnable callback = () -> {};

  /**
   * Begins to watch.
   *
   * @param namespace where the reports of pools go
   */
  public KubernetesCluster(KubernetesClient client, String node, String namespace) {
    this.client = client;
    this.node = node;
    this.namespace = namespace;
    this.states = client.resources(StateSnapshot.class).inAnyNamespace().runnableInformer(0);
    this.instances = client.resources(DbInstance.class).inAnyNamespace().runnableInformer(0);
    this.pods = client.pods().inAnyNamespace().withField("spec.nodeName", node).runnableInformer(0);
    start(
        states,
        state -> state.getMetadata().getDeletionTimestamp() != null || eviction(state).isPresent());
    start(instances, _ -> false);
    start(pods, _ -> false);
  }

  /** It goes on trying while the API server does not answer. */
  private <T extends HasMetadata> void start(
      SharedIndexInformer<T> informer, Predicate<T> isWorthALook) {
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(T object) {
            if (object instanceof StateSnapshot) {
              callback.run();
            }
          }

          @Override
          public void onUpdate(T before, T after) {
            if (isWorthALook.test(after)) {
              callback.run();
            }
          }

          @Override
          public void onDelete(T object, boolean unknown) {
            callback.run();
          }
        });
    informer.exceptionHandler((_, _) -> true);
    var _ = informer.start();
  }

  @Override
  public boolean isReady() {
    return states.hasSynced() && instances.hasSynced() && pods.hasSynced();
  }

  @Override
  public void onChange(Runnable newCallback) {
    callback = newCallback;
  }

  @Override
  public List<KnownState> states() {
    return states.getStore().list().stream().map(this::known).flatMap(Optional::stream).toList();
  }

  private Optional<KnownState> known(StateSnapshot snapshot) {
    String id = snapshot.getSpec().id();
    String home = snapshot.getMetadata().getNamespace();
    if (!StateIds.matches(id)
        || !Namespace.matches(home)
        || !snapshot.getMetadata().getName().equals(name(new StateId(id)))) {
      return Optional.empty();
    }
    return Optional.of(
        new KnownState(
            new Namespace(home),
            new StateId(id),
            snapshot.getMetadata().getDeletionTimestamp() != null,
            locations(snapshot).stream().anyMatch(entry -> node.equals(entry.node())),
            eviction(snapshot)));
  }

  /** When the copy here was sealed that must go. */
  private Optional<String> eviction(StateSnapshot snapshot) {
    return snapshot.getStatus() == null || snapshot.getStatus().evictions() == null
        ? Optional.empty()
        : snapshot.getStatus().evictions().stream()
            .filter(entry -> node.equals(entry.node()))
            .map(StateSnapshotStatus.Eviction::readyTime)
            .findFirst();
  }

  private static List<Location> locations(StateSnapshot snapshot) {
    return snapshot.getStatus() == null || snapshot.getStatus().locations() == null
        ? List.of()
        : snapshot.getStatus().locations();
  }

  @Override
  public boolean knowsInstance(Namespace home, Uid uid) {
    return knows(instances, home, uid);
  }

  @Override
  public boolean knowsPod(Namespace home, Uid uid) {
    return knows(pods, home, uid);
  }

  private static boolean knows(
      SharedIndexInformer<? extends HasMetadata> informer, Namespace home, Uid uid) {
    return find(informer, home, uid).isPresent();
  }

  private static <T extends HasMetadata> Optional<T> find(
      SharedIndexInformer<T> informer, Namespace home, Uid uid) {
    return informer.getStore().list().stream()
        .filter(object ->
            uid.text().equals(object.getMetadata().getUid())
                && home.text().equals(object.getMetadata().getNamespace()))
        .findAny();
  }

  @Override
  public boolean isStateGone(Namespace home, StateId id) {
    StateSnapshot snapshot =
        client.resources(StateSnapshot.class).inNamespace(home.text()).withName(name(id)).get();
    return snapshot == null || !snapshot.getSpec().id().equals(id.hex());
  }

  @Override
  public boolean isEvicted(Namespace home, StateId id, String readyTime) {
    StateSnapshot snapshot =
        client.resources(StateSnapshot.class).inNamespace(home.text()).withName(name(id)).get();
    return snapshot != null
        && snapshot.getSpec().id().equals(id.hex())
        && eviction(snapshot).filter(readyTime::equals).isPresent();
  }

  @Override
  public boolean isInstanceGone(Namespace home, Uid uid) {
    return client.resources(DbInstance.class).inNamespace(home.text()).list().getItems().stream()
        .noneMatch(instance -> uid.text().equals(instance.getMetadata().getUid()));
  }

  @Override
  public boolean isPodGone(Namespace home, String name, Uid uid) {
    Pod pod = client.pods().inNamespace(home.text()).withName(name).get();
    return pod == null || !uid.text().equals(pod.getMetadata().getUid());
  }

  @Override
  public void putLocation(Namespace home, StateId id, Location location) {
    StateSnapshot said = new StateSnapshot();
    said.setMetadata(new ObjectMetaBuilder().withNamespace(home.text()).withName(name(id)).build());
    said.setStatus(StateSnapshotStatus.ofLocation(location));
    ifThere(() -> client.resource(said).subresource("status").patch(apply()));
  }

  /**
   * By a JSON patch that says what it expects: where the last entry of a list is taken back by
   * applying less, API servers of 1.20 make a null of the list, and refuse it.
   */
  @Override
  public void removeLocation(Namespace home, StateId id) {
    var resource =
        client.resources(StateSnapshot.class).inNamespace(home.text()).withName(name(id));
    StateSnapshot snapshot = resource.get();
    if (snapshot == null) {
      return;
    }
    List<Location> locations = locations(snapshot);
    for (int i = 0; i < locations.size(); i++) {
      if (node.equals(locations.get(i).node())) {
        String entry = "/status/locations/" + i;
        String patch =
            """
            [{"op": "test", "path": "%s/node", "value": "%s"}, {"op": "remove", "path": "%s"}]\
            """
                .formatted(entry, node, entry);
        ifThere(() -> resource.subresource("status").patch(PatchContext.of(PatchType.JSON), patch));
        return;
      }
    }
  }

  @Override
  public void announce(Namespace home, Uid uid, String address) {
    find(instances, home, uid)
        .filter(instance -> instance.getStatus() != null && instance.getStatus().timeline() != null)
        .ifPresent(instance -> {
          DbInstance said = new DbInstance();
          said.setMetadata(
              new ObjectMetaBuilder()
                  .withNamespace(home.text())
                  .withName(instance.getMetadata().getName())
                  .withUid(uid.text())
                  .build());
          said.setStatus(
              DbInstanceStatus.ofAnnouncement(
                  new Announcement(instance.getStatus().timeline().requestTime(), address)));
          ifThere(() -> client.resource(said).subresource("status").patch(apply()));
        });
  }

  private static void ifThere(Runnable call) {
    try {
      call.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private PatchContext apply() {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(Api.MANAGER_NODE + node)
        .withForce(true)
        .build();
  }

  @Override
  public void report(String stateClass, Map<String, String> facts) {
    String suffix = stateClass.equals(DEFAULT_CLASS) ? "" : "-" + stateClass;
    ConfigMap report =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("pool-" + node + suffix)
            .withNamespace(namespace)
            .addToLabels(POOL_LABEL, stateClass)
            .addToLabels("app.kubernetes.io/managed-by", "taidon")
            .endMetadata()
            .withData(facts)
            .build();
    client.resource(report).patch(apply());
  }

  private static String name(StateId id) {
    return "s-" + id.hex().substring(0, NAME_DIGITS);
  }

  @Override
  public void close() {
    states.close();
    instances.close();
    pods.close();
    client.close();
  }
}
