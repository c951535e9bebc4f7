package io.taidon.engine.cache;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.Hold;
import io.taidon.core.cache.LostState;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.store.NameRecord;
import io.taidon.engine.store.NameStatus;
import io.taidon.engine.store.StateFilter;
import io.taidon.engine.store.StateRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the inventory that core decides on from what the registry knows and the jobs of this
 * process need. A name holds as long as its instance is there. No snapshot backend needs a state
 * for those made from it: ZFS promotes, the others share blocks or files.
 */
record Inventories(EngineContext engine, StateVault vault) {
  /** How many states that went are remembered for the price of making others again. */
  private static final int LOST = 5_000;

  CacheInventory take(CacheSettings settings) {
    Instant now = engine.clock().instant();
    Map<StateId, Long> own = engine.registry().cache().ownBytes();
    Map<StateId, List<String>> workspaces = engine.registry().cache().workspaces();
    Set<StateId> pinned = engine.registry().cache().pinned();
    Map<StateId, Integer> instances = engine.registry().instances().countByState();
    Set<StateId> named =
        engine.registry().names().list().stream()
            .filter(name -> name.status() != NameStatus.MISSING)
            .map(NameRecord::state)
            .collect(Collectors.toSet());
    List<CachedState> states = new ArrayList<>();
    for (StateRecord state : engine.registry().states().list(StateFilter.ALL)) {
      Set<Hold> holds = EnumSet.noneOf(Hold.class);
      hold(holds, Hold.INSTANCE, instances.getOrDefault(state.id(), 0) > 0);
      hold(holds, Hold.JOB, vault.isInUse(state.id()));
      hold(holds, Hold.NAME, named.contains(state.id()));
      hold(holds, Hold.PIN, pinned.contains(state.id()));
      hold(holds, Hold.YOUNG, state.createdAt().plus(settings.minStateAge()).isAfter(now));
      states.add(
          new CachedState(
              state.id(),
              state.parent(),
              state.createdAt(),
              state.lastUsedAt(),
              state.useCount(),
              state.buildMillis(),
              own.getOrDefault(state.id(), state.sizeBytes()),
              holds,
              workspaces.getOrDefault(state.id(), List.of())));
    }
    return new CacheInventory(now, states, lost(states));
  }

  private static void hold(Set<Hold> holds, Hold hold, boolean is) {
    if (is) {
      holds.add(hold);
    }
  }

  private List<LostState> lost(List<CachedState> kept) {
    Set<StateId> known = new HashSet<>();
    kept.forEach(state -> known.add(state.id()));
    return engine.registry().evictions().newest(LOST).stream()
        .filter(gone -> known.add(gone.state()))
        .map(gone -> new LostState(gone.state(), gone.parent(), gone.buildMillis()))
        .toList();
  }

  /**
   * What each workspace is charged: all of what only it uses, and an equal part of what several
   * use.
   */
  static Map<String, Long> charges(CacheInventory inventory) {
    Map<String, Long> charges = new HashMap<>();
    for (CachedState state : inventory.states()) {
      for (String workspace : state.workspaces()) {
        charges.merge(workspace, state.bytes() / state.workspaces().size(), Long::sum);
      }
    }
    return charges;
  }

  /** The inventory in which only what one workspace alone uses may go. */
  static CacheInventory ofWorkspace(CacheInventory inventory, String workspace) {
    return inventory.with(
        state -> state.workspaces().equals(List.of(workspace)) ? state : state.heldBy(Hold.SHARED));
  }

  /** The inventory in which young states may go. */
  static CacheInventory bent(CacheInventory inventory) {
    return inventory.with(state -> state.without(Hold.YOUNG));
  }

  Optional<StateRecord> record(StateId id) {
    return engine.registry().states().find(id);
  }
}
