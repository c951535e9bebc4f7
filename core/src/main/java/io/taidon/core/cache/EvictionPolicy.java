package io.taidon.core.cache;

import io.taidon.core.state.StateId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * In what order states go when room is needed. Pure: the same inventory gives the same order, ties
 * are broken by id. What is held never goes.
 */
public enum EvictionPolicy {
  /**
   * First what is cheapest to lose: expected reuse, times what making the state again would cost
   * from its nearest kept ancestor, for each byte that it frees. Each eviction makes the states
   * below it dearer, so a chain is thinned out rather than cut off.
   *
   * <p>Expected reuse is the number of uses, up to a few, over the time since the last one, near to
   * hyperbolic caching (Blankstein, Sen, Freedman, USENIX ATC 2017); cost over size is that of
   * GreedyDual-Size-Frequency (Cherkasova, 1998). The simulation among the tests chose the form:
   * other exponents, the age of the state and offsets made no trace clearly better.
   */
  COST_AWARE("cost"),
  /** First what was not used for longest. */
  LRU("lru");

  private static final double MEBIBYTE = 1024.0 * 1024.0;

  /** A state that deletes for nothing is not infinitely dear. */
  private static final long LEAST_BYTES = 64 * 1024;

  /** Below this idle time all are equally fresh; keeps the newest from being infinitely dear. */
  private static final double FRESH_SECONDS = 60;

  /** More uses than these tell nothing more, or what was popular once stays for ever. */
  private static final long MOST_USES = 3;

  private final String wireName;

  EvictionPolicy(String wireName) {
    this.wireName = wireName;
  }

  /** The policy with this name in the configuration. */
  public static Optional<EvictionPolicy> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(policy -> policy.wireName.equals(wireName)).findFirst();
  }

  /** The name in the configuration. */
  public String wireName() {
    return wireName;
  }

  /** The states to let go, in order, until {@code bytesToFree} are expected to be free. */
  public List<Eviction> select(CacheInventory inventory, long bytesToFree, EvictionReason reason) {
    List<Eviction> selected = new ArrayList<>();
    Order order = new Order(inventory);
    long freed = 0;
    while (freed < bytesToFree) {
      Optional<Candidate> next = order.takeCheapest();
      if (next.isEmpty()) {
        break;
      }
      Candidate candidate = next.get();
      selected.add(candidate.eviction(reason, order.heir()));
      freed += candidate.state().bytes();
    }
    return selected;
  }

  /** States that were not used for longer than {@code retention}, the longest unused first. */
  public static List<Eviction> expired(CacheInventory inventory, Duration retention) {
    Instant limit = inventory.now().minus(retention);
    RebuildCosts costs = new RebuildCosts(inventory);
    List<CachedState> old =
        inventory.states().stream()
            .filter(CachedState::evictable)
            .filter(state -> state.lastUsedAt().isBefore(limit))
            .sorted(Comparator.comparing(CachedState::lastUsedAt).thenComparing(byId()))
            .toList();
    List<Eviction> selected = new ArrayList<>();
    for (CachedState state : old) {
      long rebuildMillis = costs.rebuildMillis(state.id());
      costs.lose(state.id());
      selected.add(
          new Eviction(
              state.id(),
              EvictionReason.EXPIRED,
              state.bytes(),
              rebuildMillis,
              0,
              costs.heir(state.id())));
    }
    return selected;
  }

  private double score(CachedState state, long rebuildMillis, Instant now) {
    return switch (this) {
      case LRU -> 0;
      case COST_AWARE ->
          expectedReuse(state, now)
              * Math.max(1, rebuildMillis)
              / (Math.max(LEAST_BYTES, state.bytes()) / MEBIBYTE);
    };
  }

  private Comparator<Candidate> cheapestFirst() {
    Comparator<Candidate> order =
        switch (this) {
          case LRU -> Comparator.comparing((Candidate c) -> c.state().lastUsedAt());
          case COST_AWARE -> Comparator.comparingDouble(Candidate::score);
        };
    return order.thenComparing(candidate -> candidate.state().id().hex());
  }

  private static double expectedReuse(CachedState state, Instant now) {
    double idleSeconds = Math.max(0, Duration.between(state.lastUsedAt(), now).toMillis() / 1000.0);
    return (1.0 + Math.min(MOST_USES, state.uses())) / (FRESH_SECONDS + idleSeconds);
  }

  private static Comparator<CachedState> byId() {
    return Comparator.comparing(state -> state.id().hex());
  }

  private record Candidate(CachedState state, long rebuildMillis, double score) {
    Eviction eviction(EvictionReason reason, Optional<StateId> heir) {
      return new Eviction(state.id(), reason, state.bytes(), rebuildMillis, score, heir);
    }
  }

  /** The candidates, cheapest first, priced anew as others go. */
  private final class Order {
    private final Instant now;
    private final RebuildCosts costs;
    private final TreeSet<Candidate> candidates = new TreeSet<>(cheapestFirst());
    private Optional<StateId> heir = Optional.empty();

    Order(CacheInventory inventory) {
      now = inventory.now();
      costs = new RebuildCosts(inventory);
      inventory.states().stream()
          .filter(CachedState::evictable)
          .forEach(state -> candidates.add(price(state)));
    }

    Optional<Candidate> takeCheapest() {
      Candidate cheapest = candidates.pollFirst();
      if (cheapest == null) {
        return Optional.empty();
      }
      StateId gone = cheapest.state().id();
      List<CachedState> below = costs.keptBelow(gone);
      List<Candidate> affected =
          below.stream().filter(CachedState::evictable).map(this::price).toList();
      candidates.removeAll(affected);
      costs.lose(gone);
      heir = costs.heir(gone);
      affected.forEach(candidate -> candidates.add(price(candidate.state())));
      return Optional.of(cheapest);
    }

    /** The heir of the state that was taken last. */
    Optional<StateId> heir() {
      return heir;
    }

    private Candidate price(CachedState state) {
      long rebuildMillis = costs.rebuildMillis(state.id());
      return new Candidate(state, rebuildMillis, score(state, rebuildMillis, now));
    }
  }
}
