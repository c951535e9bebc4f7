package io.taidon.core.cache.simulation;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.state.StateId;
import java.util.List;

/** A policy in the simulation. */
interface Contender {
  String name();

  /** A state was made or used, at a request's number. */
  default void touched(StateId id, int request) {}

  /** What goes, in order, to free so many bytes. */
  List<StateId> evict(CacheInventory inventory, long bytes);
}
