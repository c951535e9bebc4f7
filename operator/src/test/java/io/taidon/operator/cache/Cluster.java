package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.DbInstanceStatusBuilder;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.PrepareJobStatus;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotSpec;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.operator.Names;
import io.taidon.operator.pool.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cluster of values, filled by a test: two nodes, a namespace, states of any size. */
final class Cluster {
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  static final String TEAM = "team-a";
  static final long MIB = 1024 * 1024;

  private final List<StateSnapshot> snapshots = new ArrayList<>();
  private final List<DbInstance> instances = new ArrayList<>();
  private final List<PrepareJob> jobs = new ArrayList<>();
  private final List<Pod> pods = new ArrayList<>();
  private final List<Pool> pools = new ArrayList<>();

  static String id(String name) {
    return Names.sha256(name);
  }

  ClusterView view() {
    return new ClusterView(NOW, snapshots, instances, jobs, pods, pools);
  }

  Cluster pool(String node, long usedMib, long freeMib) {
    pools.add(
        new Pool(
            node,
            "default",
            "btrfs",
            1000 * MIB,
            freeMib * MIB,
            usedMib * MIB,
            Map.of(TEAM, usedMib * MIB),
            false,
            NOW));
    return this;
  }

  /** A pool whose backend cannot drop a state before its children. */
  Cluster chainedPool(String node, long usedMib, long freeMib) {
    pools.add(
        new Pool(
            node,
            "default",
            "zfs",
            1000 * MIB,
            freeMib * MIB,
            usedMib * MIB,
            Map.of(TEAM, usedMib * MIB),
            true,
            NOW));
    return this;
  }

  /** A state of {@value #TEAM} with a copy on each of the nodes, an hour old. */
  Cluster state(
      String name,
      @Nullable String parent,
      long mib,
      long buildMillis,
      long uses,
      String... nodes) {
    return state(TEAM, name, parent, mib, buildMillis, uses, Duration.ofHours(1), nodes);
  }

  Cluster state(
      String namespace,
      String name,
      @Nullable String parent,
      long mib,
      long buildMillis,
      long uses,
      Duration age,
      String... nodes) {
    StateSnapshot snapshot = new StateSnapshot();
    snapshot.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.snapshot(new StateId(id(name))))
            .withNamespace(namespace)
            .withUid(namespace + name)
            .withGeneration(1L)
            .withResourceVersion("1")
            .build());
    snapshot.setSpec(
        new StateSnapshotSpec(
            id(name),
            parent == null ? null : id(parent),
            new StateSnapshotSpec.Engine("17.11", id("base"), null),
            null,
            null,
            null));
    String ready = NOW.minus(age).toString();
    List<Location> locations = new ArrayList<>();
    for (String node : nodes) {
      locations.add(new Location(node, "btrfs", mib * MIB, mib * MIB, ready));
    }
    snapshot.setStatus(
        new StateSnapshotStatus(1L, null, locations, buildMillis, uses, null, null, null));
    snapshots.add(snapshot);
    return this;
  }

  StateSnapshot snapshot(String name) {
    return snapshots.stream()
        .filter(s -> s.getSpec().id().equals(id(name)))
        .findFirst()
        .orElseThrow();
  }

  Cluster pin(String name) {
    snapshot(name).getMetadata().setAnnotations(Map.of(Api.ANNOTATION_PIN, "the demo"));
    return this;
  }

  /** What the operator has said of a state. */
  Cluster say(String name, List<Condition> conditions, List<Eviction> evictions) {
    StateSnapshot snapshot = snapshot(name);
    StateSnapshotStatus old = snapshot.getStatus();
    snapshot.setStatus(
        new StateSnapshotStatus(
            1L,
            conditions,
            old.locations(),
            old.buildMillis(),
            old.uses(),
            old.lastUseTime(),
            evictions,
            null));
    return this;
  }

  static Condition condition(String type, String status, String reason, Instant since) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(reason)
        .withLastTransitionTime(since.toString())
        .build();
  }

  Cluster job(String name, String state, boolean finished, Map<String, String> annotations) {
    PrepareJob job = new PrepareJob();
    job.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(TEAM)
            .withUid("job-" + name)
            .withAnnotations(annotations)
            .build());
    job.setStatus(
        new PrepareJobStatus(
            1L,
            List.of(condition("Succeeded", finished ? "True" : "Unknown", "x", NOW)),
            id(state),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    jobs.add(job);
    return this;
  }

  /** An instance that has started from a state on a node. */
  Cluster instance(String name, String state, String node) {
    DbInstance instance = instance(name, new DbInstanceSpec.From(id(state), null, null));
    instance.setStatus(new DbInstanceStatusBuilder().withState(id(state)).withNode(node).build());
    return this;
  }

  /** One that has not started. */
  DbInstance instance(String name, DbInstanceSpec.From from) {
    DbInstance instance = new DbInstance();
    instance.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(TEAM).build());
    instance.setSpec(new DbInstanceSpec(from, null, null, null, null, null));
    instances.add(instance);
    return instance;
  }

  Cluster buildPod(String name, String state, @Nullable String node, String phase) {
    pods.add(
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(TEAM)
            .endMetadata()
            .withNewSpec()
            .withNodeName(node)
            .addNewVolume()
            .withName("state")
            .withNewCsi()
            .withDriver(Api.CSI_DRIVER)
            .withVolumeAttributes(Map.of(VolumeAttributes.STATE, id(state)))
            .endCsi()
            .endVolume()
            .endSpec()
            .withNewStatus()
            .withPhase(phase)
            .endStatus()
            .build());
    return this;
  }
}
