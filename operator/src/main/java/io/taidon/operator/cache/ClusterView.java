package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.Pod;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.pool.Pool;
import java.time.Instant;
import java.util.List;

/**
 * What the cluster holds at one moment, as far as it bears on the cache.
 *
 * @param pods those of builds and instances
 */
record ClusterView(
    Instant now,
    List<StateSnapshot> snapshots,
    List<DbInstance> instances,
    List<PrepareJob> jobs,
    List<Pod> pods,
    List<Pool> pools) {
  ClusterView {
    snapshots = List.copyOf(snapshots);
    instances = List.copyOf(instances);
    jobs = List.copyOf(jobs);
    pods = List.copyOf(pods);
    pools = List.copyOf(pools);
  }
}
