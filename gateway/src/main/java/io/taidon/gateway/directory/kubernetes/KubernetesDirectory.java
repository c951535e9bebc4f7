package io.taidon.gateway.directory.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.SessionActivity;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.directory.WakeProgress;
import io.taidon.gateway.log.GatewayLog;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The instances of a cluster: its DbInstances, as an informer sees them. An instance is named
 * {@code NAME.NAMESPACE}. What is known holds on while the API server is away; only wakes wait for
 * it. Thread-safe.
 */
public final class KubernetesDirectory implements InstanceDirectory, AutoCloseable {
  private static final int END_SECONDS = 5;

  private final KubernetesClient client;
  private final ClusterSettings settings;
  private final InstantSource clock = InstantSource.system();
  private final ApiCalls calls = new ApiCalls();
  private final Credentials credentials;
  private final UseReports reports;
  private final InstanceInformers instances;
  private final Map<InstanceKey, PendingWake> wakes = new ConcurrentHashMap<>();
  private final List<Consumer<InstanceChange>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kubernetes-directory").factory());
  private final AtomicBoolean closed = new AtomicBoolean();

  private KubernetesDirectory(KubernetesClient client, ClusterSettings settings, GatewayLog log) {
    this.client = client;
    this.settings = settings;
    this.credentials = new Credentials(client, calls);
    this.instances = new InstanceInformers(client, settings.namespaces(), this::seen, this::gone);
    this.reports =
        new UseReports(settings.replica(), this::write, this::knownUse, calls, log, clock);
  }

  /**
   * Opens the directory of the cluster that the environment means: that of the pod's service
   * account, or of a kubeconfig. All instances there are known when this returns.
   *
   * @throws TaidonException {@code SERVER_UNAVAILABLE} if they cannot be listed
   */
  public static KubernetesDirectory open(ClusterSettings settings, GatewayLog log) {
    return open(new KubernetesClientBuilder().build(), settings, log);
  }

  /** Opens the directory of a client's cluster; the client is closed with it. */
  static KubernetesDirectory open(
      KubernetesClient client, ClusterSettings settings, GatewayLog log) {
    KubernetesDirectory directory = new KubernetesDirectory(client, settings, log);
    try {
      directory.instances.start();
      directory.ticks.scheduleAtFixedRate(directory::tick, 1, 1, TimeUnit.SECONDS);
      return directory;
    } catch (KubernetesClientException e) {
      directory.close();
      throw TaidonException.of(
              ErrorCode.SERVER_UNAVAILABLE, "The cluster's DbInstances cannot be listed.", e)
          .remedy("Check that the CRDs are installed and that the gateway may list DbInstances.");
    } catch (RuntimeException | Error e) {
      directory.close();
      throw e;
    }
  }

  /** How many instances there are. */
  public int size() {
    return instances.size();
  }

  @Override
  public CompletionStage<Optional<Instance>> find(InstanceReference reference) {
    return CompletableFuture.completedFuture(
        InstanceKey.of(reference, settings.defaultNamespace())
            .flatMap(instances::find)
            .filter(view -> !view.isGoing())
            .map(InstanceView::instance));
  }

  @Override
  public CompletionStage<Optional<ScramVerifier>> verifier(Instance instance, String role) {
    return credential(instance, role).thenApply(found -> found.map(Credential::verifier));
  }

  /** A token gets in where its access is that of the instance's role: there is only one role. */
  @Override
  public CompletionStage<Optional<TokenLogin>> tokenLogin(
      Instance instance, String role, Access access) {
    Optional<InstanceView> view = current(instance);
    if (view.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return credential(instance, role)
        .thenCompose(found ->
            found
                .filter(credential -> credential.access() == access)
                .map(credential -> credentials.keys(view.get(), credential))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty())))
        .thenApply(keys -> keys.map(known -> new TokenLogin(role, Optional.of(known))));
  }

  @Override
  public CompletionStage<Endpoint> wake(Instance instance, Consumer<WakeProgress> progress) {
    Optional<InstanceKey> key = InstanceKey.of(instance.id());
    if (key.isEmpty()) {
      return CompletableFuture.failedFuture(
          TaidonException.of(ErrorCode.NOT_FOUND, "The instance was deleted."));
    }
    PendingWake wake = wakes.computeIfAbsent(key.get(), this::begin);
    CompletableFuture<Endpoint> waiting = wake.join(progress);
    wake.see(instances.find(key.get()), clock::instant);
    return waiting;
  }

  @Override
  public Subscription watch(Consumer<InstanceChange> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void report(SessionActivity activity) {
    InstanceKey.of(activity.instanceId())
        .filter(key -> instances.find(key).isPresent())
        .ifPresent(key -> reports.report(key, activity));
  }

  /** Writes that no session is open here any more, and ends everything. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    ticks.shutdownNow();
    instances.close();
    wakes.values().forEach(wake -> wake.fail(new IllegalStateException("the gateway ends")));
    reports.end().completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS).join();
    calls.close();
    client.close();
  }

  private PendingWake begin(InstanceKey key) {
    PendingWake wake =
        new PendingWake(
            at -> reports.wake(key, at).whenComplete((done, failure) -> written(key, failure)),
            calls::run,
            clock.instant());
    wake.outcome().whenComplete((endpoint, failure) -> wakes.remove(key, wake));
    return wake;
  }

  private void written(InstanceKey key, @Nullable Throwable failure) {
    PendingWake wake = wakes.get(key);
    if (failure != null && wake != null) {
      wake.fail(failure.getCause() == null ? failure : failure.getCause());
    }
  }

  private void tick() {
    reports.tick();
    wakes.values().forEach(wake -> wake.look(clock.instant()));
  }

  private CompletableFuture<Optional<Credential>> credential(Instance instance, String role) {
    return current(instance)
        .map(credentials::of)
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()))
        .thenApply(found -> found.filter(credential -> credential.role().equals(role)));
  }

  private Optional<InstanceView> current(Instance instance) {
    return InstanceKey.of(instance.id()).flatMap(instances::find);
  }

  private Optional<GatewayUse> knownUse(InstanceKey key) {
    return instances.find(key).flatMap(view -> view.use(settings.replica()));
  }

  private void seen(Optional<InstanceView> before, InstanceView now) {
    before.flatMap(now::changeSince).ifPresent(change -> tell(now.key(), change));
    PendingWake wake = wakes.get(now.key());
    if (wake != null) {
      wake.see(Optional.of(now), clock::instant);
    }
  }

  private void gone(InstanceView last) {
    if (!last.isGoing()) {
      tell(last.key(), last.deletion(clock.instant()));
    }
    reports.forget(last.key());
    PendingWake wake = wakes.get(last.key());
    if (wake != null) {
      wake.see(Optional.empty(), clock::instant);
    }
  }

  private void tell(InstanceKey key, InstanceChange change) {
    if (change instanceof InstanceChange.Deleted) {
      reports.forget(key);
    }
    listeners.forEach(listener -> listener.accept(change));
  }

  private boolean write(InstanceKey key, GatewayUse use) {
    DbInstance entry = new DbInstance();
    entry.setMetadata(
        new ObjectMetaBuilder().withNamespace(key.namespace()).withName(key.name()).build());
    entry.setStatus(DbInstanceStatus.ofUse(List.of(use)));
    try {
      client
          .resources(DbInstance.class)
          .inNamespace(key.namespace())
          .withName(key.name())
          .subresource("status")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager(Api.MANAGER_GATEWAY + settings.replica())
                  .withForce(true)
                  .build(),
              entry);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
