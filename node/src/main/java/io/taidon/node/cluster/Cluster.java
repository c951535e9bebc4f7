package io.taidon.node.cluster;

import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import java.util.List;
import java.util.Map;

/**
 * What the plugin knows of the cluster and tells it. Everything is deleted on the word of the
 * methods {@code isGone...}, which ask the API server itself. Thread-safe. Each method may throw a
 * {@link RuntimeException} when the API server cannot be asked; then nothing is deleted.
 */
public interface Cluster extends AutoCloseable {
  /** Whether the caches are filled; before, nothing can be compared. */
  boolean isReady();

  /** Calls back soon after something was deleted, or a state came. */
  void onChange(Runnable callback);

  /** All StateSnapshots, from a cache. */
  List<KnownState> states();

  /** Whether a DbInstance of this uid is known, from a cache. */
  boolean knowsInstance(Namespace namespace, Uid uid);

  /** Whether a pod of this uid is known, from a cache. */
  boolean knowsPod(Namespace namespace, Uid uid);

  boolean isStateGone(Namespace namespace, StateId id);

  /**
   * Whether the copy here that was sealed at this time must go, asked of the API server itself.
   *
   * @param readyTime as the location of the copy says it
   */
  boolean isEvicted(Namespace namespace, StateId id, String readyTime);

  boolean isInstanceGone(Namespace namespace, Uid uid);

  boolean isPodGone(Namespace namespace, String name, Uid uid);

  /** Writes this node's entry in a StateSnapshot; does nothing where there is none. */
  void putLocation(Namespace namespace, StateId id, Location location);

  /** Removes this node's entry from a StateSnapshot. */
  void removeLocation(Namespace namespace, StateId id);

  /**
   * Says where the server of an instance that starts is; does nothing where no start is known.
   *
   * @param address host and port
   */
  void announce(Namespace namespace, Uid instance, String address);

  /** Publishes what pools there are. */
  void report(String stateClass, Map<String, String> facts);

  @Override
  void close();
}
