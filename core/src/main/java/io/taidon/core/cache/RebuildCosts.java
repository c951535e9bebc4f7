package io.taidon.core.cache;

import io.taidon.core.state.StateId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What making a state again would cost: the steps from its nearest kept ancestor on. Where nothing
 * above is kept or remembered, the steps that are known count. Not thread-safe.
 */
final class RebuildCosts {
  private record Made(Optional<StateId> parent, long buildMillis) {}

  /** When states were made that were kept at first; one of the same id may be made again later. */
  private final Map<StateId, Instant> madeAt = new HashMap<>();

  private final Map<StateId, Made> known = new HashMap<>();
  private final Map<StateId, CachedState> kept = new HashMap<>();
  private final Map<StateId, List<StateId>> children = new HashMap<>();

  RebuildCosts(CacheInventory inventory) {
    inventory.lost().forEach(s -> known.put(s.id(), new Made(s.parent(), s.buildMillis())));
    for (CachedState state : inventory.states()) {
      known.put(state.id(), new Made(state.parent(), state.buildMillis()));
      kept.put(state.id(), state);
      madeAt.put(state.id(), state.createdAt());
    }
    known.forEach((id, made) ->
        made.parent()
            .ifPresent(parent -> children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(id)));
  }

  /** Milliseconds of work from the nearest kept ancestor to the state. */
  long rebuildMillis(StateId id) {
    long millis = 0;
    Set<StateId> seen = new HashSet<>();
    Optional<StateId> at = Optional.of(id);
    while (at.isPresent() && known.containsKey(at.get()) && seen.add(at.get())) {
      Made made = known.get(at.get());
      millis += made.buildMillis();
      at = made.parent().filter(parent -> !kept.containsKey(parent));
    }
    return millis;
  }

  /** Kept states whose nearest kept ancestor this is. */
  List<CachedState> keptBelow(StateId id) {
    List<CachedState> found = new ArrayList<>();
    Set<StateId> seen = new HashSet<>();
    Deque<StateId> todo = new ArrayDeque<>(children.getOrDefault(id, List.of()));
    while (!todo.isEmpty()) {
      StateId child = todo.pop();
      if (!seen.add(child)) {
        continue;
      }
      CachedState state = kept.get(child);
      if (state != null) {
        found.add(state);
      } else {
        todo.addAll(children.getOrDefault(child, List.of()));
      }
    }
    return found;
  }

  /**
   * The kept state that holds on to what a lost one shared with others: one below it, or below the
   * next lost ancestor, whose share it may have held. Nobody where only a kept ancestor shares it.
   * An ancestor that was made again after the lost state shares nothing with it, and counts as
   * lost.
   */
  Optional<StateId> heir(StateId lost) {
    Set<StateId> seen = new HashSet<>();
    Optional<StateId> at = Optional.of(lost);
    while (at.isPresent() && !isKeptSince(at.get(), lost) && seen.add(at.get())) {
      Optional<StateId> below = sharingBelow(at.get());
      if (below.isPresent()) {
        return below;
      }
      at = Optional.ofNullable(known.get(at.get())).flatMap(Made::parent);
    }
    return Optional.empty();
  }

  private boolean isKeptSince(StateId ancestor, StateId lost) {
    return kept.containsKey(ancestor) && !madeAt(ancestor).isAfter(madeAt(lost));
  }

  private Optional<StateId> sharingBelow(StateId lost) {
    return keptBelow(lost).stream()
        .filter(below -> isMadeOfTheLost(below, lost))
        .map(CachedState::id)
        .min(Comparator.comparing(StateId::hex));
  }

  /** And not of one that had the same id before, or has it now. */
  private boolean isMadeOfTheLost(CachedState below, StateId lost) {
    return kept.containsKey(lost) == below.createdAt().isBefore(madeAt(lost));
  }

  /** Before all others where only the way through the state is remembered. */
  private Instant madeAt(StateId id) {
    return madeAt.getOrDefault(id, Instant.MIN);
  }

  /** The state is no longer kept; the way to what is below it leads through its step. */
  void lose(StateId id) {
    kept.remove(id);
  }
}
