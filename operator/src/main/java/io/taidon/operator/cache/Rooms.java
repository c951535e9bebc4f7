package io.taidon.operator.cache;

import io.taidon.operator.cache.Needs.Claimed;
import io.taidon.operator.pool.Pool;
import io.taidon.operator.pool.Pools;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Gives builds and instances room before they are placed: only where a pool has it, beyond its
 * reserve and within all limits, with what others were promised taken off. Who gets none is
 * remembered, and the cache evicts for it. Thread-safe.
 */
@ApplicationScoped
public class Rooms {
  private final Limits limits;
  private final Needs needs;
  private final Pools pools;
  private final ClusterViews views;
  private final CacheKeeper keeper;
  private final Ledger ledger;
  private final Clock clock = Clock.systemUTC();

  public Rooms(Limits limits, Pools pools, ClusterViews views, CacheKeeper keeper) {
    this.limits = limits;
    this.needs = new Needs(limits);
    this.pools = pools;
    this.views = views;
    this.keeper = keeper;
    this.ledger = keeper.ledger();
  }

  /**
   * Who wants room.
   *
   * @param key tells it from others; asking again with it changes what was asked before
   * @param who names it for people
   * @param start the id of the state that it begins with; only pools with a copy will do
   * @param makesStates whether it will add states, which the limits of states are about
   */
  public record Wish(
      String key,
      String who,
      String namespace,
      String stateClass,
      Optional<String> start,
      boolean makesStates) {}

  /** What it gets. */
  public sealed interface Answer {
    /** Room on each of these nodes, until it is released or not kept for a minute. */
    record Granted(TreeSet<String> nodes) implements Answer {}

    /** There is no pool at all that would do, full or not. */
    record NoPool() implements Answer {}

    /** There are, and all are full; says what is in them and why that stays. */
    record Full(String sentence) implements Answer {}
  }

  /** Asks for room; eviction goes on meanwhile where there is none. */
  public Answer ask(Wish wish) {
    keeper.ask();
    if (!views.isReady()) {
      return new Answer.Full("The operator has just started and looks at the pools.");
    }
    return ledger.deciding(() -> decide(wish));
  }

  private Answer decide(Wish wish) {
    Instant now = clock.instant();
    ClusterView view = views.now();
    List<Pool> all = view.pools();
    List<Pool> possible =
        all.stream()
            .filter(pool -> pool.stateClass().equals(wish.stateClass()) && pools.isFresh(pool))
            .filter(holdsStart(view, wish))
            .toList();
    if (possible.isEmpty()) {
      ledger.release(wish.key());
      return new Answer.NoPool();
    }
    List<Grant> others =
        ledger.granted(now).stream().filter(grant -> !grant.key().equals(wish.key())).toList();
    Claimed inNamespace = claimed(others, grant -> grant.namespace().equals(wish.namespace()));
    boolean namespaceHasRoom =
        needs
            .missing(
                wish.namespace(), Needs.used(all, wish.namespace()), inNamespace.plus(own(wish)))
            .isEmpty();
    List<Pool> roomy =
        namespaceHasRoom
            ? possible.stream().filter(pool -> hasRoom(pool, others, wish)).toList()
            : List.of();
    if (roomy.isEmpty()) {
      ledger.want(grant(wish, keys(possible)), now);
      keeper.ask();
      return new Answer.Full(
          Blockers.sentence(
              limits,
              view,
              holds(view, now),
              possible,
              namespaceHasRoom ? Optional.empty() : Optional.of(wish.namespace())));
    }
    ledger.grant(grant(wish, keys(roomy)), now);
    return new Answer.Granted(
        roomy.stream().map(Pool::node).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static Predicate<Pool> holdsStart(ClusterView view, Wish wish) {
    if (wish.start().isEmpty()) {
      return _ -> true;
    }
    StateKey start = new StateKey(wish.namespace(), wish.start().get());
    Set<PoolKey> holding =
        view.snapshots().stream()
            .filter(snapshot ->
                StateKey.of(snapshot).equals(start)
                    && snapshot.getMetadata().getDeletionTimestamp() == null)
            .flatMap(snapshot -> Copy.of(snapshot).stream())
            .filter(copy -> !copy.going())
            .map(Copy::pool)
            .collect(Collectors.toSet());
    return pool -> holding.contains(PoolKey.of(pool));
  }

  private boolean hasRoom(Pool pool, List<Grant> others, Wish wish) {
    PoolKey key = PoolKey.of(pool);
    Claimed promised = claimed(others, grant -> grant.pools().contains(key));
    return needs.missing(pool, promised.plus(own(wish))).isEmpty();
  }

  private static Claimed claimed(List<Grant> grants, Predicate<Grant> which) {
    return Claimed.of(grants.stream().filter(which).toList());
  }

  private Claimed own(Wish wish) {
    return new Claimed(wish.makesStates() ? limits.room() : 0, limits.room());
  }

  private Grant grant(Wish wish, Set<PoolKey> where) {
    return new Grant(
        wish.key(),
        wish.who(),
        wish.namespace(),
        wish.start().map(id -> new StateKey(wish.namespace(), id)),
        where,
        limits.room(),
        wish.makesStates());
  }

  private Holds holds(ClusterView view, Instant now) {
    return Holds.of(view, ledger.holding(now), limits.minStateAge());
  }

  private static Set<PoolKey> keys(List<Pool> some) {
    return some.stream().map(PoolKey::of).collect(Collectors.toSet());
  }

  /** Renews what was granted, also after the operator was started anew. */
  public void keep(Wish wish, Set<String> nodes) {
    ledger.grant(
        grant(
            wish,
            nodes.stream()
                .map(node -> new PoolKey(node, wish.stateClass()))
                .collect(Collectors.toSet())),
        clock.instant());
  }

  /** Gives back what was granted, or asked for. */
  public void release(String key) {
    ledger.release(key);
    keeper.ask();
  }
}
