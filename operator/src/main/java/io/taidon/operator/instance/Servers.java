package io.taidon.operator.instance;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.core.state.StateId;
import io.taidon.crds.instance.ServerProbe;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.Creation;
import io.taidon.operator.cache.Rooms;
import io.taidon.operator.cache.Worth;
import io.taidon.operator.pod.PodVerdicts;
import io.taidon.operator.pod.RunnerImages;
import io.taidon.operator.state.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Starts and stops the pod of an instance, and says what it sees. */
@ApplicationScoped
class Servers {
  private static final String DEFAULT_CLASS = "default";
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final KubernetesClient client;
  private final Origins origins;
  private final InstancePods pods;
  private final RunnerImages images;
  private final Rooms rooms;
  private final Worth worth;

  Servers(
      KubernetesClient client,
      Origins origins,
      InstancePods pods,
      RunnerImages images,
      Rooms rooms,
      Worth worth) {
    this.client = client;
    this.origins = origins;
    this.pods = pods;
    this.images = images;
    this.rooms = rooms;
    this.worth = worth;
  }

  /**
   * Deletes the pod; the data stays in the pool.
   *
   * @param isIdle asked before that, in case there is a pod
   */
  Sight stop(DbInstance instance, Sight before, BooleanSupplier isIdle) {
    Optional<Pod> pod = find(instance);
    if (pod.isEmpty()) {
      return before.because(InstanceReason.STOPPED);
    }
    if (pod.get().getMetadata().getDeletionTimestamp() != null) {
      forget(pod.get(), before);
    } else if (isIdle.getAsBoolean()) {
      client.resource(pod.get()).delete();
    } else {
      // Who came in a moment ago keeps the server: without an address gateways would end the
      // session.
      return before.at(toldAddress(instance)).because(InstanceReason.STOPPING);
    }
    return before.because(InstanceReason.STOPPING);
  }

  /**
   * Makes sure that there is a pod, and looks at it.
   *
   * @param watched the pods of the instance as a watch shows them
   */
  Sight run(
      DbInstance instance, Sight before, Snapshots snapshots, Stream<Pod> watched, Instant now) {
    Optional<Pod> pod = find(instance, before, watched);
    if (pod.isEmpty()) {
      return begin(instance, before, snapshots, now);
    }
    if (pod.get().getMetadata().getDeletionTimestamp() == null) {
      return look(instance, pod.get(), before, now);
    }
    forget(pod.get(), before);
    return before.because(InstanceReason.STOPPING);
  }

  /**
   * Removes a pod whose server has ended. A kubelet may take half a minute to do that by itself,
   * and whoever wakes the instance would wait for the name.
   */
  private void forget(Pod going, Sight before) {
    boolean ran = before.timeline().filter(times -> times.answeredMillis() != null).isPresent();
    if (ran && !isStarted(going)) {
      client.resource(going).withGracePeriod(0).delete();
    }
  }

  private Sight begin(DbInstance instance, Sight before, Snapshots snapshots, Instant now) {
    if (before.node().isPresent()) {
      return again(instance, before, now);
    }
    return switch (origins.find(instance, snapshots)) {
      case Origin.Missing missing -> before.because(missing.reason(), missing.sentence());
      case Origin.Found found -> first(instance, before, found.snapshot(), now);
    };
  }

  /** For the first time: where the state is and the pool has room. */
  private Sight first(DbInstance instance, Sight before, StateSnapshot snapshot, Instant now) {
    String stateClass = Objects.requireNonNullElse(snapshot.getSpec().stateClass(), DEFAULT_CLASS);
    Rooms.Wish wish =
        new Rooms.Wish(
            instance.getMetadata().getUid(),
            "DbInstance `" + instance.getMetadata().getName() + "`",
            instance.getMetadata().getNamespace(),
            stateClass,
            Optional.of(snapshot.getSpec().id()),
            false);
    return switch (rooms.ask(wish)) {
      case Rooms.Answer.NoPool _ ->
          before.because(
              InstanceReason.NO_NODE,
              "None of the nodes that hold state "
                  + snapshot.getMetadata().getName()
                  + " has a pool that reports.");
      case Rooms.Answer.Full full -> before.because(InstanceReason.NO_SPACE, full.sentence());
      case Rooms.Answer.Granted granted -> place(instance, before, snapshot, granted.nodes(), now);
    };
  }

  private Sight place(
      DbInstance instance,
      Sight before,
      StateSnapshot snapshot,
      TreeSet<String> nodes,
      Instant now) {
    String image = image(snapshot);
    create(instance, snapshot.getSpec().id(), image, nodes);
    Thread.startVirtualThread(() -> worth.used(snapshot)); // nobody waits for a count
    return before
        .of(snapshot.getSpec().id(), image)
        .because(InstanceReason.STARTING)
        .timed(Timelines.begin(now));
  }

  /** After a stop: where the data is, and nowhere else. */
  private Sight again(DbInstance instance, Sight before, Instant now) {
    String node = before.node().orElseThrow();
    if (client.nodes().withName(node).get() == null) {
      return before.because(
          InstanceReason.DATA_LOST, "Node " + node + " is gone, and the data with it.");
    }
    create(instance, before.stateId().orElseThrow(), before.image().orElseThrow(), List.of(node));
    return before.because(InstanceReason.STARTING).timed(Timelines.begin(now));
  }

  private void create(DbInstance instance, String state, String image, Collection<String> nodes) {
    Creation.unlessThere(client, pods.make(instance, new StateId(state), image, nodes));
  }

  private String image(StateSnapshot snapshot) {
    String own = snapshot.getSpec().engine().image();
    String version = snapshot.getSpec().engine().postgresVersion();
    return own != null ? own : images.ofMajor(Integer.parseInt(version.split("\\.")[0]));
  }

  private Sight look(DbInstance instance, Pod pod, Sight before, Instant now) {
    String name = pod.getMetadata().getName();
    Optional<String> node = Optional.ofNullable(pod.getSpec().getNodeName());
    Sight sight = known(before, pod).on(node, name);
    Optional<String> noImage = PodVerdicts.missingImage(pod);
    if (noImage.isPresent()) {
      return sight.because(InstanceReason.IMAGE_UNAVAILABLE, noImage.get());
    }
    Optional<String> noNode = PodVerdicts.unschedulable(pod);
    if (noNode.isPresent()) {
      return sight.because(InstanceReason.NO_NODE, noNode.get());
    }
    Optional<String> crashes = PodVerdicts.crashLoop(pod);
    if (crashes.isPresent()) {
      return sight.because(InstanceReason.SERVER_FAILED, crashes.get());
    }
    Optional<String> ip = Optional.ofNullable(pod.getStatus()).map(s -> s.getPodIP());
    Optional<String> address = ip.map(host -> host + ":" + Api.SERVER_PORT);
    boolean started = isStarted(pod);
    // The gateway waits for the address, so that is said before anybody is asked.
    boolean told = address.equals(toldAddress(instance));
    boolean answers = started && told && ip.filter(host -> letsIn(host, instance)).isPresent();
    Sight timed =
        sight
            .at(address)
            .timed(Timelines.mark(sight.timeline(), now, node.isPresent(), started, answers));
    return timed.because(answers ? InstanceReason.RUNNING : InstanceReason.STARTING);
  }

  private static Optional<String> toldAddress(DbInstance instance) {
    return Optional.ofNullable(instance.getStatus()).map(status -> status.address());
  }

  private static boolean letsIn(String host, DbInstance instance) {
    return ServerProbe.letsIn(
        new InetSocketAddress(host, Api.SERVER_PORT), instance.role(), PATIENCE);
  }

  /**
   * What the instance runs: as it was decided, else as its pod says, because whoever made that may
   * have died before it was in the status.
   */
  private static Sight known(Sight before, Pod pod) {
    return before.stateId().isPresent()
        ? before
        : InstancePods.state(pod)
            .map(state -> before.of(state, InstancePods.image(pod)))
            .orElse(before);
  }

  private static boolean isStarted(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getContainerStatuses() != null
        && pod.getStatus().getContainerStatuses().stream()
            .map(ContainerStatus::getState)
            .anyMatch(state -> state != null && state.getRunning() != null);
  }

  /**
   * The pod, without a request where a first start waits for it: a new instance has none, and what
   * a watch shows is the only one there was as long as nothing was stopped.
   */
  private Optional<Pod> find(DbInstance instance, Sight before, Stream<Pod> watched) {
    if (instance.getStatus() == null) {
      return Optional.empty(); // if there is one all the same, it cannot be created again
    }
    return before.stopTime().isPresent()
        ? find(instance)
        : watched
            .filter(pod -> isOf(pod, instance))
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .findFirst()
            .or(() -> find(instance));
  }

  private Optional<Pod> find(DbInstance instance) {
    return Optional.ofNullable(
            client
                .pods()
                .inNamespace(instance.getMetadata().getNamespace())
                .withName(InstancePods.name(instance))
                .get())
        .filter(pod -> isOf(pod, instance));
  }

  private static boolean isOf(Pod pod, DbInstance instance) {
    return pod.getMetadata().getName().equals(InstancePods.name(instance))
        && pod.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> owner.getUid().equals(instance.getMetadata().getUid()));
  }
}
