package io.taidon.operator.cache;

import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.operator.state.Snapshots;
import java.util.List;
import java.util.Objects;

/**
 * One node's copy of a state.
 *
 * @param readyTime when it was sealed: what tells it from a later copy on the same node
 * @param bytes what deleting it would free
 * @param going whether it was decided that it must go
 */
record Copy(
    StateKey state, PoolKey pool, String readyTime, String backend, long bytes, boolean going) {

  /** The copies that a StateSnapshot names. */
  static List<Copy> of(StateSnapshot snapshot) {
    return Snapshots.locations(snapshot).stream()
        .map(location ->
            new Copy(
                StateKey.of(snapshot),
                new PoolKey(location.node(), PoolKey.stateClass(snapshot)),
                Objects.requireNonNullElse(location.readyTime(), ""),
                Objects.requireNonNullElse(location.backend(), ""),
                bytes(location),
                Snapshots.isGoing(snapshot, location)))
        .toList();
  }

  private static long bytes(Location location) {
    return location.exclusiveBytes() != null
        ? location.exclusiveBytes()
        : Objects.requireNonNullElse(location.logicalBytes(), 0L);
  }
}
