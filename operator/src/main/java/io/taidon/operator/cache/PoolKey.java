package io.taidon.operator.cache;

import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.pool.Pool;
import java.util.Objects;

/** A pool: a class of a node. */
record PoolKey(String node, String stateClass) {
  private static final String DEFAULT_CLASS = "default";

  static PoolKey of(Pool pool) {
    return new PoolKey(pool.node(), pool.stateClass());
  }

  static String stateClass(StateSnapshot snapshot) {
    return Objects.requireNonNullElse(snapshot.getSpec().stateClass(), DEFAULT_CLASS);
  }

  @Override
  public String toString() {
    return "pool `" + stateClass + "` of node " + node;
  }
}
