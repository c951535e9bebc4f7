package io.taidon.core.cache;

import io.taidon.core.state.StateId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

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

  /** The same cache with each state as {@code change} makes it. */
  public CacheInventory with(UnaryOperator<CachedState> change) {
    return new CacheInventory(now, states.stream().map(change).toList(), lost);
  }

  /** What goes if everything goes that may. */
  public long reclaimableBytes() {
    return states.stream().filter(CachedState::evictable).mapToLong(CachedState::bytes).sum();
  }

  /** What making each state again would cost if it alone went, in milliseconds. */
  public Map<StateId, Long> rebuildMillis() {
    RebuildCosts costs = new RebuildCosts(this);
    return states.stream()
        .collect(Collectors.toMap(CachedState::id, state -> costs.rebuildMillis(state.id())));
  }
}
