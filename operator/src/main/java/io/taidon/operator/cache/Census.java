package io.taidon.operator.cache;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.LostState;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The copies of all pools as core's policy wants them. In an inventory each copy is a state of its
 * own, named by an alias, because two pools, and two namespaces, may have copies with one id. Not
 * thread-safe.
 */
final class Census {
  /** What a step is taken to have cost that nobody measured. */
  private static final long UNKNOWN_BUILD_MILLIS = 1000;

  private final ClusterView view;
  private final Holds holds;
  private final Map<StateKey, StateSnapshot> snapshots = new HashMap<>();
  private final List<Copy> kept = new ArrayList<>();
  private final List<Copy> going = new ArrayList<>();

  Census(ClusterView view, Holds holds) {
    this.view = view;
    this.holds = holds;
    view.snapshots()
        .forEach(snapshot -> {
          snapshots.put(StateKey.of(snapshot), snapshot);
          boolean deleting = snapshot.getMetadata().getDeletionTimestamp() != null;
          Copy.of(snapshot).forEach(copy -> (deleting || copy.going() ? going : kept).add(copy));
        });
    Comparator<Copy> order =
        Comparator.comparing((Copy copy) -> copy.state().namespace())
            .thenComparing(copy -> copy.state().id())
            .thenComparing(copy -> copy.pool().node());
    kept.sort(order);
    going.sort(order);
  }

  List<Copy> kept() {
    return List.copyOf(kept);
  }

  /** What will be free when what goes is gone. */
  long goingBytes(Predicate<Copy> which) {
    return going.stream().filter(which).mapToLong(Copy::bytes).sum();
  }

  /** A copy was decided to go. */
  void lose(Copy copy) {
    kept.remove(copy);
    going.add(copy);
  }

  /** The kept copies of which this is true, and what is known of others. */
  CacheInventory inventory(Predicate<Copy> which) {
    List<Copy> chosen = kept.stream().filter(which).toList();
    Set<StateId> here = new HashSet<>();
    List<CachedState> states = new ArrayList<>();
    Set<PoolKey> pools = new HashSet<>();
    for (Copy copy : chosen) {
      StateId alias = alias(copy.state(), copy.pool());
      if (here.add(alias)) {
        states.add(state(copy, alias));
      }
      pools.add(copy.pool());
    }
    List<LostState> lost = new ArrayList<>();
    for (PoolKey pool : pools) {
      snapshots.forEach((key, snapshot) -> {
        StateId alias = alias(key, pool);
        if (here.add(alias)) {
          lost.add(new LostState(alias, parent(snapshot, pool), buildMillis(snapshot)));
        }
      });
    }
    lost.sort(Comparator.comparing(state -> state.id().hex()));
    return new CacheInventory(view.now(), states, lost);
  }

  /** The copy of an alias. */
  Optional<Copy> copy(StateId alias) {
    return kept.stream().filter(copy -> alias(copy.state(), copy.pool()).equals(alias)).findFirst();
  }

  private CachedState state(Copy copy, StateId alias) {
    StateSnapshot snapshot = Objects.requireNonNull(snapshots.get(copy.state()));
    Instant ready = Holds.time(copy.readyTime()).orElse(view.now());
    var status = snapshot.getStatus();
    Instant used =
        Optional.ofNullable(status.lastUseTime())
            .flatMap(Holds::time)
            .filter(time -> time.isAfter(ready))
            .orElse(ready);
    return new CachedState(
        alias,
        parent(snapshot, copy.pool()),
        ready,
        used,
        Objects.requireNonNullElse(status.uses(), 0L),
        isSpare(copy) ? 0 : buildMillis(snapshot),
        copy.bytes(),
        holds.of(copy),
        List.of(copy.state().namespace()));
  }

  /** Whether another copy stays when this one goes; of several, one counts as the one to lose. */
  private boolean isSpare(Copy copy) {
    return kept.stream()
        .anyMatch(other ->
            other.state().equals(copy.state())
                && other.pool().node().compareTo(copy.pool().node()) < 0);
  }

  private static long buildMillis(StateSnapshot snapshot) {
    return snapshot.getStatus() == null || snapshot.getStatus().buildMillis() == null
        ? UNKNOWN_BUILD_MILLIS
        : snapshot.getStatus().buildMillis();
  }

  private static Optional<StateId> parent(StateSnapshot snapshot, PoolKey pool) {
    return Optional.ofNullable(snapshot.getSpec().parentId())
        .map(id -> alias(StateKey.of(snapshot).sibling(id), pool));
  }

  /** It is no state's id. */
  private static StateId alias(StateKey state, PoolKey pool) {
    return new StateId(
        Names.sha256(
            state.namespace() + "/" + state.id() + "/" + pool.node() + "/" + pool.stateClass()));
  }
}
