package io.taidon.operator.cache;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CacheLimits.Pressure;
import io.taidon.core.cache.Eviction;
import io.taidon.core.cache.EvictionPolicy;
import io.taidon.core.cache.EvictionReason;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.operator.cache.Needs.Claimed;
import io.taidon.operator.pool.Pool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which copies go now: asks core's policy for each pool and for each namespace with a limit. Pure:
 * the same view and ledger give the same decisions.
 */
final class Decider {
  /**
   * Copies that go for one pool or namespace in one look. States share bytes, so what an eviction
   * frees is known only afterwards; the next look decides on figures that are measured anew.
   */
  static final int BATCH = 8;

  private final Limits limits;
  private final Needs needs;

  Decider(Limits limits) {
    this.limits = limits;
    this.needs = new Needs(limits);
  }

  /**
   * Decides.
   *
   * @param granted room that is promised
   * @param wanted room that somebody waits for
   */
  List<Decision> decide(ClusterView view, Census census, List<Grant> granted, List<Grant> wanted) {
    List<Decision> decisions = new ArrayList<>();
    for (Pool pool : sorted(view.pools())) {
      PoolKey key = PoolKey.of(pool);
      Predicate<Copy> here = copy -> copy.pool().equals(key);
      Predicate<Grant> lands = grant -> grant.pools().contains(key);
      limits
          .retention()
          .ifPresent(
              age -> take(decisions, census, EvictionPolicy.expired(census.inventory(here), age)));
      more(
              needs.pressure(pool),
              shortage(granted, wanted, lands, claimed -> needs.missing(pool, claimed)))
          .ifPresent(pressure -> relieve(decisions, census, here, pressure));
    }
    for (String namespace : namespaces(view.pools())) {
      long used = Needs.used(view.pools(), namespace);
      Predicate<Grant> lands = grant -> grant.namespace().equals(namespace);
      more(
              needs.pressure(namespace, used),
              shortage(granted, wanted, lands, claimed -> needs.missing(namespace, used, claimed)))
          .ifPresent(pressure ->
              relieve(
                  decisions, census, copy -> copy.state().namespace().equals(namespace), pressure));
    }
    return decisions;
  }

  private interface Shortage {
    Optional<Pressure> of(Claimed claimed);
  }

  /** For the largest of those that wait: they are let in one after the other. */
  private static Optional<Pressure> shortage(
      List<Grant> granted, List<Grant> wanted, Predicate<Grant> lands, Shortage shortage) {
    Claimed promised = Claimed.of(granted.stream().filter(lands).toList());
    return wanted.stream()
        .filter(lands)
        .flatMap(want -> shortage.of(promised.plus(Claimed.of(List.of(want)))).stream())
        .max(Comparator.comparingLong(Pressure::bytes));
  }

  private static Optional<Pressure> more(Optional<Pressure> one, Optional<Pressure> other) {
    return one.isPresent() && (other.isEmpty() || one.get().bytes() >= other.get().bytes())
        ? one
        : other;
  }

  private void relieve(
      List<Decision> decisions, Census census, Predicate<Copy> which, Pressure pressure) {
    long missing = pressure.bytes() - census.goingBytes(which);
    if (missing > 0) {
      CacheInventory inventory = census.inventory(which);
      take(decisions, census, limits.policy().select(inventory, missing, pressure.reason()));
    }
  }

  private static void take(List<Decision> decisions, Census census, List<Eviction> evictions) {
    for (Eviction eviction : evictions.subList(0, Math.min(BATCH, evictions.size()))) {
      Copy copy = census.copy(eviction.id()).orElseThrow();
      decisions.add(
          new Decision(
              copy, reason(eviction.reason()), eviction.bytes(), eviction.rebuildMillis()));
      census.lose(copy);
    }
  }

  static KeptReason reason(EvictionReason reason) {
    return switch (reason) {
      case EXPIRED -> KeptReason.EXPIRED;
      case USAGE_ABOVE_HIGH_WATERMARK -> KeptReason.POOL_ABOVE_WATERMARK;
      case FREE_BELOW_RESERVE -> KeptReason.FREE_BELOW_RESERVE;
      case WORKSPACE_ABOVE_LIMIT -> KeptReason.NAMESPACE_ABOVE_LIMIT;
      case REQUESTED, REMOVED, DAMAGED, NOT_ON_DISK ->
          throw new IllegalArgumentException("the policy gives no such reason here: " + reason);
    };
  }

  private static List<Pool> sorted(List<Pool> pools) {
    return pools.stream()
        .sorted(Comparator.comparing(Pool::node).thenComparing(Pool::stateClass))
        .toList();
  }

  private static TreeSet<String> namespaces(List<Pool> pools) {
    TreeSet<String> namespaces = new TreeSet<>();
    pools.forEach(pool -> namespaces.addAll(pool.usedByNamespace().keySet()));
    return namespaces;
  }
}
