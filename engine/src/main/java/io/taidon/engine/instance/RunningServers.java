package io.taidon.engine.instance;

import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.store.InstanceId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The servers of the instances that run here; one that ends by itself is told of. Thread-safe. */
final class RunningServers {
  private final ConcurrentHashMap<InstanceId, PostgresServer> servers = new ConcurrentHashMap<>();
  private final Consumer<InstanceId> crashed;

  /**
   * @param crashed told, on any thread, of an instance whose server ended while it was here
   */
  RunningServers(Consumer<InstanceId> crashed) {
    this.crashed = crashed;
  }

  /** Watches a server from now on, even if it has ended already. */
  void add(InstanceId id, PostgresServer server) {
    servers.put(id, server);
    CompletableFuture<Void> unused =
        server
            .onExit()
            .thenRun(() -> {
              if (servers.remove(id, server)) {
                crashed.accept(id);
              }
            });
  }

  boolean has(InstanceId id) {
    return servers.containsKey(id);
  }

  Optional<PostgresServer> find(InstanceId id) {
    return Optional.ofNullable(servers.get(id));
  }

  /** Watches a server no more, because somebody ends it. */
  Optional<PostgresServer> remove(InstanceId id) {
    return Optional.ofNullable(servers.remove(id));
  }

  List<InstanceId> ids() {
    return List.copyOf(servers.keySet());
  }

  /** Watches none any more; they run on. */
  void letGo() {
    servers.clear();
  }
}
