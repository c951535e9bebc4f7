package io.taidon.engine;

import java.util.Map;
import java.util.Optional;

/**
 * The engine at a glance.
 *
 * @param backend the snapshot backend new states get, with why it was chosen and what it can do
 * @param postgres the PostgreSQL that a request without a wish would get; absent when there is none
 * @param psql path of the client tool; absent when there is none
 * @param storeFreeBytes free space of the store's file system
 * @param gateway where clients reach every instance
 * @param statesBytes logical size of all states, which copy-on-write backends share
 */
public record StatusView(
    String store,
    Backend backend,
    Optional<Postgres> postgres,
    Optional<String> psql,
    Gateway gateway,
    int stateCount,
    long statesBytes,
    long storeFreeBytes,
    long storeTotalBytes,
    int runningInstances,
    int activeJobs,
    String databaseUser) {

  public record Backend(String name, String reason, Map<String, Boolean> capabilities) {}

  /**
   * The gateway.
   *
   * @param address {@code host:port}; absent while it is closed
   * @param closed why it is closed
   * @param sessions authenticated sessions through it
   */
  public record Gateway(Optional<String> address, Optional<String> closed, int sessions) {}

  public record Postgres(String version, String home, String origin) {}
}
