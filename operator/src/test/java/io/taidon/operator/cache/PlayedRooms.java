package io.taidon.operator.cache;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.taidon.operator.OperatorEvents;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.pool.Pools;

/** The rooms of an operator of which nothing runs: it has not looked at any pool. */
public final class PlayedRooms {
  private PlayedRooms() {}

  public static Rooms of(KubernetesClient client, OperatorSettings settings) {
    Limits limits = new Limits(settings);
    Pools pools = new Pools(client, settings);
    ClusterViews views = new ClusterViews(client, settings, pools);
    CacheKeeper keeper =
        new CacheKeeper(
            client,
            views,
            limits,
            new CacheStatuses(client, views),
            new CacheMetrics(new SimpleMeterRegistry(), limits),
            new OperatorEvents(client));
    return new Rooms(limits, pools, views, keeper);
  }
}
