package io.taidon.core.cache;

import java.time.Instant;
import java.util.List;

/**
 * What is in the cache at one moment, and what has been.
 *
 * @param lost states that were evicted, as far as they are remembered: rebuilding goes through them
 */
public record CacheInventory(Instant now, List<CachedState> states, List<LostState> lost) {
  public CacheInventory {
    states = List.copyOf(states);
    lost = List.copyOf(lost);
  }

  /** The sum of what deleting each state would free. */
  public long bytes() {
    return states.stream().mapToLong(CachedState::bytes).sum();
  }
}
