package io.taidon.core.cache.simulation;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.Eviction;
import io.taidon.core.cache.EvictionPolicy;
import io.taidon.core.cache.EvictionReason;
import io.taidon.core.cache.simulation.Trace.Request;
import io.taidon.core.cache.simulation.Trace.Step;
import io.taidon.core.state.StateId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The policies that are compared. Each is made anew for a trace. */
final class Contenders {
  private Contenders() {}

  static List<Supplier<Contender>> online() {
    return List.of(
        () -> ours(EvictionPolicy.LRU),
        () -> byValue("LFU", state -> state.uses()),
        GreedyDual::new,
        () -> ours(EvictionPolicy.COST_AWARE));
  }

  static Contender ours(EvictionPolicy policy) {
    return new Contender() {
      @Override
      public String name() {
        return policy == EvictionPolicy.LRU ? "LRU" : "ours";
      }

      @Override
      public List<StateId> evict(CacheInventory inventory, long bytes) {
        return policy.select(inventory, bytes, EvictionReason.USAGE_ABOVE_HIGH_WATERMARK).stream()
            .map(Eviction::id)
            .toList();
      }
    };
  }

  private static Contender byValue(String name, ToDoubleFunction<CachedState> value) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<StateId> evict(CacheInventory inventory, long bytes) {
        return cheapest(inventory, bytes, value);
      }
    };
  }

  private static List<StateId> cheapest(
      CacheInventory inventory, long bytes, ToDoubleFunction<CachedState> value) {
    List<StateId> gone = new ArrayList<>();
    long freed = 0;
    List<CachedState> order =
        inventory.states().stream()
            .filter(CachedState::evictable)
            .sorted(Comparator.comparingDouble(value).thenComparing(state -> state.id().hex()))
            .toList();
    for (CachedState state : order) {
      if (freed >= bytes) {
        break;
      }
      gone.add(state.id());
      freed += state.bytes();
    }
    return gone;
  }

  /** GreedyDual-Size-Frequency (Cherkasova, 1998): value = clock + frequency * cost / size. */
  private static final class GreedyDual implements Contender {
    private final Map<StateId, Double> clockAtUse = new HashMap<>();
    private double clock;

    @Override
    public String name() {
      return "GDSF";
    }

    @Override
    public void touched(StateId id, int request) {
      clockAtUse.put(id, clock);
    }

    @Override
    public List<StateId> evict(CacheInventory inventory, long bytes) {
      Map<StateId, CachedState> states = new HashMap<>();
      inventory.states().forEach(state -> states.put(state.id(), state));
      List<StateId> gone = cheapest(inventory, bytes, this::value);
      gone.forEach(id -> clock = Math.max(clock, value(states.get(id))));
      return gone;
    }

    private double value(CachedState state) {
      return clockAtUse.getOrDefault(state.id(), 0.0)
          + (1.0 + state.uses()) * state.buildMillis() / state.bytes();
    }
  }

  /**
   * Knows the future: keeps what is asked for again soonest, by its cost and size. No policy can
   * know this; it is not the optimum (that is NP-hard with sizes), but near it.
   */
  static Contender clairvoyant(Trace trace) {
    Map<StateId, BitSet> needs = new HashMap<>();
    for (int r = 0; r < trace.requests().size(); r++) {
      Request request = trace.requests().get(r);
      for (Step step : request.chain()) {
        needs.computeIfAbsent(step.id(), _ -> new BitSet()).set(r);
      }
    }
    return new Contender() {
      private int now;

      @Override
      public String name() {
        return "clairvoyant";
      }

      @Override
      public void touched(StateId id, int request) {
        now = request;
      }

      @Override
      public List<StateId> evict(CacheInventory inventory, long bytes) {
        return cheapest(inventory, bytes, this::value);
      }

      private double value(CachedState state) {
        int next = needs.get(state.id()).nextSetBit(now + 1);
        return next < 0 ? 0 : (double) state.buildMillis() / state.bytes() / (next - now);
      }
    };
  }
}
