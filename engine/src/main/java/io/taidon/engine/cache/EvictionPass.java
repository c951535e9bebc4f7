package io.taidon.engine.cache;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CacheUsage;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.Eviction;
import io.taidon.core.cache.EvictionPolicy;
import io.taidon.core.cache.EvictionReason;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.store.EvictionRun;
import io.taidon.engine.store.Removal;
import io.taidon.engine.store.StateRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Carries out what core decided: one state after the other, each on the same path as {@code rm},
 * until enough is free. Written down before the first one goes and after the last one; on a disk
 * without a byte left, after the first one.
 *
 * <p>For one thread at a time; other processes may evict too, and what they were faster with is
 * skipped.
 */
final class EvictionPass {
  private final EngineContext engine;
  private final StateVault vault;
  private final CacheSpace space;
  private final CacheMeters meters;

  EvictionPass(EngineContext engine, StateVault vault, CacheSpace space, CacheMeters meters) {
    this.engine = engine;
    this.vault = vault;
    this.space = space;
    this.meters = meters;
  }

  /**
   * Why a pass is made.
   *
   * @param trigger when the cache looked; see {@link EvictionRun}
   * @param subject the workspace that it is for
   * @param bytes how much must be free afterwards that is not now
   * @param limitBytes what is not to be exceeded, for the log
   */
  record Order(
      String trigger,
      EvictionReason reason,
      Optional<String> subject,
      long bytes,
      long limitBytes) {}

  /** Makes room under pressure, what nobody used for long first; returns what was freed. */
  long makeRoom(Order order, CacheInventory inventory, CacheSettings settings) {
    return carryOut(order, inventory, decide(order, inventory, settings), order.bytes());
  }

  /** What would go, in order. */
  static List<Eviction> decide(Order order, CacheInventory inventory, CacheSettings settings) {
    EvictionPolicy policy = settings.policy();
    return policy.select(inventory, order.bytes(), order.reason());
  }

  /** Lets the decided states go until so many bytes are free. */
  long carryOut(Order order, CacheInventory inventory, List<Eviction> decided, long bytes) {
    if (decided.isEmpty()) {
      return 0;
    }
    CacheUsage before = space.usage();
    OptionalLong run = begin(order, before);
    FaultPoint.EVICTION_BEGUN.reached();
    Map<StateId, Long> own =
        inventory.states().stream().collect(Collectors.toMap(CachedState::id, CachedState::bytes));
    long freed = 0;
    for (Eviction decision : decided) {
      if (freed >= bytes) {
        break;
      }
      freed += evict(run, decision, own.getOrDefault(decision.id(), 0L));
      run = run.isPresent() ? run : begin(order, before);
    }
    space.sizeFromAccounts();
    FaultPoint.EVICTION_ENDING.reached();
    run.ifPresent(this::end);
    return freed;
  }

  /** Notes a run; empty on a disk where no byte is left for that, before a state has gone. */
  private OptionalLong begin(Order order, CacheUsage before) {
    EvictionRun.Start start =
        new EvictionRun.Start(
            order.trigger(),
            order.reason(),
            order.subject(),
            before.usedBytes(),
            before.freeBytes(),
            order.limitBytes());
    try {
      return OptionalLong.of(engine.registry().evictions().begin(start));
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.DISK_FULL) {
        throw e;
      }
      return OptionalLong.empty();
    }
  }

  private void end(long run) {
    CacheUsage after = space.usage();
    engine.registry().evictions().end(run, after.usedBytes(), after.freeBytes());
  }

  private long evict(OptionalLong run, Eviction decision, long ownBytes) {
    Optional<StateRecord> state = engine.registry().states().find(decision.id());
    if (state.isEmpty()) {
      return 0;
    }
    long freed = space.exclusiveBytes(state.get(), ownBytes);
    Removal why = Removal.decided(run, decision, freed, decision.heir());
    if (!vault.evict(state.get(), why)) {
      return 0;
    }
    space.giveBack(decision.id());
    meters.evicted(decision.reason());
    FaultPoint.STATE_EVICTED.reached();
    return freed;
  }
}
