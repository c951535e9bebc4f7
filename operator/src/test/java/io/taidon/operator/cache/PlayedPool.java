package io.taidon.operator.cache;

import static io.taidon.operator.cache.Cluster.TEAM;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotSpec;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.operator.Names;
import io.taidon.operator.pool.Pools;
import io.taidon.operator.state.Snapshots;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node's plugin with a pool of numbers: seals, evicts, and reports before it says what came or
 * went, as the real one does. Thread-safe.
 */
final class PlayedPool {
  static final String NODE = "n1";

  private final KubernetesClient client;
  private final String home;
  private final long totalBytes;
  private final Map<String, Long> copies = new HashMap<>();
  private final AtomicLong most = new AtomicLong();

  PlayedPool(KubernetesClient client, String home, long totalBytes) {
    this.client = client;
    this.home = home;
    this.totalBytes = totalBytes;
    report();
  }

  /** The most that its states ever took. */
  long mostBytes() {
    return most.get();
  }

  synchronized void seal(String name, long bytes) {
    copies.put(name, bytes);
    most.accumulateAndGet(used(), Math::max);
    report();
    client.resource(snapshot(name, null)).create();
    apply(
        snapshot(
            name,
            StateSnapshotStatus.ofLocation(
                new Location(NODE, "btrfs", bytes, bytes, Instant.now().toString()))),
        "taidon-node-" + NODE);
  }

  /** Does what the operator has decided. */
  synchronized void obey() {
    for (StateSnapshot snapshot :
        client.resources(StateSnapshot.class).inNamespace(TEAM).list().getItems()) {
      boolean goes =
          Snapshots.locations(snapshot).stream()
              .anyMatch(location -> Snapshots.isGoing(snapshot, location));
      if (goes) {
        copies.keySet().removeIf(name -> Cluster.id(name).equals(snapshot.getSpec().id()));
        report();
        client
            .resource(snapshot)
            .subresource("status")
            .patch(
                PatchContext.of(PatchType.JSON),
                "[{\"op\": \"remove\", \"path\": \"/status/locations/0\"}]");
      }
    }
  }

  synchronized int copies() {
    return copies.size();
  }

  private long used() {
    return copies.values().stream().mapToLong(Long::longValue).sum();
  }

  private void report() {
    apply(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("pool-" + NODE)
            .withNamespace(home)
            .addToLabels(Pools.LABEL, "default")
            .endMetadata()
            .addToData("node", NODE)
            .addToData("class", "default")
            .addToData("backend", "btrfs")
            .addToData("totalBytes", Long.toString(totalBytes))
            .addToData("freeBytes", Long.toString(totalBytes - used()))
            .addToData("usedBytes", Long.toString(used()))
            .addToData("usedBytes." + TEAM, Long.toString(used()))
            .addToData("reportTime", Instant.now().toString())
            .build(),
        "taidon-node-" + NODE);
  }

  private static StateSnapshot snapshot(
      String name, @org.jspecify.annotations.Nullable StateSnapshotStatus status) {
    StateSnapshot snapshot = new StateSnapshot();
    snapshot.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.snapshot(new StateId(Cluster.id(name))))
            .withNamespace(TEAM)
            .build());
    if (status == null) {
      snapshot.setSpec(
          new StateSnapshotSpec(
              Cluster.id(name),
              null,
              new StateSnapshotSpec.Engine("17.11", Cluster.id("base"), null),
              null,
              null,
              null));
    } else {
      snapshot.setStatus(status);
    }
    return snapshot;
  }

  private void apply(io.fabric8.kubernetes.api.model.HasMetadata said, String manager) {
    PatchContext apply =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(manager)
            .withForce(true)
            .build();
    if (said instanceof StateSnapshot) {
      client.resource(said).subresource("status").patch(apply);
    } else {
      client.resource(said).patch(apply);
    }
  }
}
