package io.taidon.operator.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.taidon.core.state.StateId;
import io.taidon.crds.ApiServer;
import io.taidon.crds.OnApiServer;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.DbInstanceStatusBuilder;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.Names;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.Settings;
import io.taidon.operator.cache.PlayedRooms;
import io.taidon.operator.cache.Worth;
import io.taidon.operator.pod.RunnerImages;
import io.taidon.operator.state.Snapshots;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pods of instances on a real API server; nothing runs them. */
@OnApiServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServersTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final String NAMESPACE = "default";
  private static final String STATE = Names.sha256("a state");
  private static final String ADDRESS = "10.9.8.7:5432";

  private final OperatorSettings settings = Settings.of();
  private final InstancePods pods = new InstancePods(settings);

  @SuppressWarnings("NullAway.Init")
  private KubernetesClient client;

  @SuppressWarnings("NullAway.Init")
  private Servers servers;

  @BeforeAll
  void start(ApiServer server) {
    client = server.client();
    servers =
        new Servers(
            client,
            new Origins(client),
            pods,
            new RunnerImages(settings),
            PlayedRooms.of(client, settings),
            new Worth(client));
    // Its controller makes it elsewhere, and no pod is admitted without.
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("default")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .build())
        .create();
  }

  @AfterAll
  void stop() {
    client.close();
  }

  @AfterEach
  void clear() {
    client.pods().inNamespace(NAMESPACE).withGracePeriod(0).delete();
    client.resources(DbInstance.class).inNamespace(NAMESPACE).delete();
  }

  @Test
  void a_server_that_is_to_stop_keeps_its_address_until_it_is_certain_that_nobody_came() {
    DbInstance instance = running("idle");
    Pod pod = client.resource(pod(instance)).create();
    Sight before = Sight.before(instance, Optional.empty()).stopped(NOW);

    Sight waiting = servers.stop(instance, before, () -> false);
    assertThat(waiting.reason()).isEqualTo(InstanceReason.STOPPING);
    assertThat(waiting.address()).contains(ADDRESS);
    assertThat(client.resource(pod).get()).isNotNull();

    Sight going = servers.stop(instance, before, () -> true);
    assertThat(going.reason()).isEqualTo(InstanceReason.STOPPING);
    assertThat(going.address()).isEmpty();
    assertThat(client.resource(pod).get()).isNull();

    Sight stopped =
        servers.stop(
            instance,
            before,
            () -> {
              throw new AssertionError("nobody is asked when there is no pod");
            });
    assertThat(stopped.reason()).isEqualTo(InstanceReason.STOPPED);
    assertThat(stopped.address()).isEmpty();
  }

  @Test
  void a_first_start_takes_the_pod_that_a_watch_has_shown() {
    DbInstance instance = running("first");
    Pod shown = bound(pod(instance), "10.1.1.1");

    Sight sight = run(instance, Stream.of(shown));
    assertThat(sight.reason()).isEqualTo(InstanceReason.STARTING);
    assertThat(sight.pod()).contains(InstancePods.name(instance));
    assertThat(sight.node()).contains("n1");
    assertThat(sight.address()).contains("10.1.1.1:5432");
  }

  @Test
  void a_pod_of_an_earlier_instance_of_the_name_is_not_its_pod() {
    DbInstance earlier = running("again");
    Pod old = bound(pod(earlier), "10.1.1.1");
    client.resource(earlier).delete();
    DbInstance instance = running("again");
    client.resource(pod(instance)).create();

    Sight sight = run(instance, Stream.of(old));
    assertThat(sight.pod()).contains(InstancePods.name(instance));
    assertThat(sight.node()).isEmpty();
    assertThat(sight.address()).isEmpty();
  }

  @Test
  void after_a_stop_the_api_server_is_asked_and_not_the_watch() {
    DbInstance instance = running("woken");
    Pod shown = bound(pod(instance), "10.1.1.1");
    client.resource(pod(instance)).create();

    Sight sight =
        servers.run(
            instance,
            Sight.before(instance, Optional.empty()).stopped(NOW),
            snapshots(),
            Stream.of(shown),
            NOW);
    assertThat(sight.node()).isEmpty();
    assertThat(sight.address()).isEmpty();
  }

  private Sight run(DbInstance instance, Stream<Pod> watched) {
    return servers.run(
        instance, Sight.before(instance, Optional.empty()), snapshots(), watched, NOW);
  }

  /** An instance on no node yet whose gateways know an address. */
  private DbInstance running(String name) {
    DbInstance instance = new DbInstance();
    instance.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(NAMESPACE).build());
    instance.setSpec(
        new DbInstanceSpec(
            new DbInstanceSpec.From(STATE, null, null), null, null, null, null, null));
    DbInstance created = client.resource(instance).create();
    created.setStatus(
        new DbInstanceStatusBuilder()
            .withState(STATE)
            .withImage("runner:17")
            .withAddress(ADDRESS)
            .build());
    return created;
  }

  private Pod pod(DbInstance instance) {
    return pods.make(instance, new StateId(STATE), "runner:17", List.of("n1"));
  }

  private static Pod bound(Pod pod, String ip) {
    return new PodBuilder(pod)
        .editSpec()
        .withNodeName("n1")
        .endSpec()
        .withNewStatus()
        .withPodIP(ip)
        .endStatus()
        .build();
  }

  private Snapshots snapshots() {
    return new Snapshots(client, new NoStates(), NAMESPACE);
  }

  /** No instance here starts from a state that is looked up. */
  private static final class NoStates implements IndexerResourceCache<StateSnapshot> {
    @Override
    public Optional<StateSnapshot> get(ResourceID id) {
      return Optional.empty();
    }

    @Override
    public Stream<ResourceID> keys() {
      return Stream.empty();
    }

    @Override
    public Stream<StateSnapshot> list(Predicate<StateSnapshot> predicate) {
      return Stream.empty();
    }

    @Override
    public Stream<StateSnapshot> list(String namespace, Predicate<StateSnapshot> predicate) {
      return Stream.empty();
    }

    @Override
    public List<StateSnapshot> byIndex(String index, String key) {
      return List.of();
    }

    @Override
    public void addIndexers(Map<String, Function<StateSnapshot, List<String>>> indexers) {}
  }
}
