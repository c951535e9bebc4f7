package io.taidon.gateway.directory.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.taidon.crds.v1alpha1.DbInstance;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The DbInstances of all namespaces or of some, as they are now. Thread-safe. */
final class InstanceInformers implements AutoCloseable {
  private final List<SharedIndexInformer<DbInstance>> informers;

  /**
   * Knows nothing before it is started.
   *
   * @param seen told of each state of an instance, with the one before
   * @param gone told of the last one
   */
  InstanceInformers(
      KubernetesClient client,
      List<String> namespaces,
      BiConsumer<Optional<InstanceView>, InstanceView> seen,
      Consumer<InstanceView> gone) {
    var resources = client.resources(DbInstance.class);
    this.informers =
        namespaces.isEmpty()
            ? List.of(resources.inAnyNamespace().runnableInformer(0))
            : namespaces.stream()
                .map(namespace -> resources.inNamespace(namespace).runnableInformer(0))
                .toList();
    for (SharedIndexInformer<DbInstance> informer : informers) {
      informer.exceptionHandler((started, failure) -> started);
      informer.addEventHandler(new Events(seen, gone));
    }
  }

  /** Lists them all, then follows every change; goes on after whatever goes wrong later. */
  void start() {
    informers.forEach(SharedIndexInformer::run);
  }

  Optional<InstanceView> find(InstanceKey key) {
    String place = Cache.namespaceKeyFunc(key.namespace(), key.name());
    return informers.stream()
        .map(informer -> Optional.ofNullable(informer.getStore().getByKey(place)))
        .flatMap(Optional::stream)
        .map(InstanceView::new)
        .findFirst();
  }

  int size() {
    return informers.stream().mapToInt(informer -> informer.getStore().listKeys().size()).sum();
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }

  private record Events(
      BiConsumer<Optional<InstanceView>, InstanceView> seen, Consumer<InstanceView> gone)
      implements ResourceEventHandler<DbInstance> {
    @Override
    public void onAdd(DbInstance resource) {
      seen.accept(Optional.empty(), new InstanceView(resource));
    }

    @Override
    public void onUpdate(DbInstance before, DbInstance resource) {
      seen.accept(Optional.of(new InstanceView(before)), new InstanceView(resource));
    }

    @Override
    public void onDelete(DbInstance resource, boolean stateUnknown) {
      gone.accept(new InstanceView(resource));
    }
  }
}
