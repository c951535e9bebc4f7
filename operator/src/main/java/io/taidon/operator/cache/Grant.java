package io.taidon.operator.cache;

import java.util.Optional;
import java.util.Set;

/**
 * Room that a build or instance was promised and has not taken yet.
 *
 * @param key whose it is
 * @param who the same for people
 * @param start the state that it begins with
 * @param pools where it may land; the room is kept in each until it has
 * @param makesStates whether what it makes counts against limits of states; an instance's data does
 *     not
 */
record Grant(
    String key,
    String who,
    String namespace,
    Optional<StateKey> start,
    Set<PoolKey> pools,
    long bytes,
    boolean makesStates) {
  Grant {
    pools = Set.copyOf(pools);
  }
}
