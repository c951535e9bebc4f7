package io.taidon.engine;

import java.util.Map;
import java.util.Optional;

/**
 * The engine at a glance.
 *
 * @param volume what the store lies on
 * @param backend the snapshot backend new states get, with why it was chosen and what it can do
 * @param postgres the PostgreSQL that a request without a wish would get; absent when there is none
 * @param psql path of the client tool; absent when there is none
 * @param storeFreeBytes free space of the store's file system
 * @param gateway where clients reach every instance
 * @param storeTotalBytes size of the store's file system
 * @param statesBytes logical size of all states, which copy-on-write backends share
 */
public record StatusView(
    String store,
    Volume volume,
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

  /**
   * What holds a store.
   *
   * @param kind {@code dir}, {@code image} or {@code device}
   * @param source the directory, the image or the device
   * @param fileSystem its type as the kernel calls it
   * @param hostFreeBytes space left for an image to grow; absent for what does not grow
   */
  public record Volume(
      String kind, String source, String fileSystem, Optional<Long> hostFreeBytes) {}

  public record Postgres(String version, String home, String origin) {}
}
