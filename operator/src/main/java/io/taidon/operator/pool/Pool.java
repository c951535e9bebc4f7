package io.taidon.operator.pool;

import java.time.Instant;
import java.util.Map;

/**
 * A node's pool as its plugin last reported it. Bytes.
 *
 * @param freeBytes what its file system has left
 * @param usedBytes what its states take, shared bytes counted once
 * @param usedByNamespace the same for the states of each namespace
 * @param needsParents whether a state cannot go before those that were made from it
 */
public record Pool(
    String node,
    String stateClass,
    String backend,
    long totalBytes,
    long freeBytes,
    long usedBytes,
    Map<String, Long> usedByNamespace,
    boolean needsParents,
    Instant reportTime) {
  public Pool {
    usedByNamespace = Map.copyOf(usedByNamespace);
  }
}
