package io.taidon.engine.cache;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CacheLimits.Pressure;
import io.taidon.core.cache.CacheUsage;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.Eviction;
import io.taidon.core.cache.EvictionReason;
import io.taidon.core.cache.Hold;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.CacheView;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.config.ConfigKey;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.store.EvictionRecord;
import io.taidon.engine.store.EvictionRun;
import io.taidon.engine.store.StateRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What users ask of the cache: how it is, why, and to make room now. Thread-safe. */
public final class CacheDesk {
  private final EngineContext engine;
  private final ConfigStore config;
  private final CacheSpace space;
  private final Inventories inventories;
  private final EvictionPass pass;
  private final CacheMeters meters;
  private final ReentrantLock evicting;

  CacheDesk(
      EngineContext engine,
      ConfigStore config,
      CacheSpace space,
      Inventories inventories,
      EvictionPass pass,
      CacheMeters meters,
      ReentrantLock evicting) {
    this.engine = engine;
    this.config = config;
    this.space = space;
    this.inventories = inventories;
    this.pass = pass;
    this.meters = meters;
    this.evicting = evicting;
  }

  /**
   * How the cache is.
   *
   * @throws TaidonException CACHE_ENFORCEMENT_UNAVAILABLE where that cannot be measured
   */
  public CacheView view() {
    space.sizeAll();
    CacheUsage usage = space.usage();
    CacheSettings settings = CacheSettings.of(config, usage.totalBytes());
    CacheInventory inventory = inventories.take(settings);
    return new CacheView(
        usage.usedBytes(),
        settings.limits().maxBytes().orElse(0L),
        settings.limits().effectiveMaxBytes(usage),
        settings.limits().reserveBytes(),
        settings.limits().floorBytes(),
        settings.limits().highWatermark(),
        settings.limits().lowWatermark(),
        config.text(ConfigKey.CACHE_MIN_STATE_AGE).orElse(""),
        config.text(ConfigKey.CACHE_STATE_TTL).orElse(""),
        settings.policy().wireName(),
        usage.totalBytes(),
        usage.freeBytes(),
        inventory.states().size(),
        settings.limits().pressure(usage).map(Pressure::reason).stream()
            .map(EvictionReason::wireCode)
            .toList(),
        inventory.reclaimableBytes(),
        (int) inventory.states().stream().filter(state -> !state.evictable()).count(),
        blocked(inventory),
        shares(inventory, settings),
        meters.hits(),
        meters.misses(),
        meters.evictions(),
        log(1).stream().findFirst());
  }

  private static Map<String, Integer> blocked(CacheInventory inventory) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Hold hold : Hold.values()) {
      int count =
          (int) inventory.states().stream().filter(state -> state.holds().contains(hold)).count();
      if (count > 0) {
        counts.put(wire(hold), count);
      }
    }
    return counts;
  }

  private static List<CacheView.WorkspaceShare> shares(
      CacheInventory inventory, CacheSettings settings) {
    List<CacheView.WorkspaceShare> shares = new ArrayList<>();
    new TreeMap<>(Inventories.charges(inventory))
        .forEach((workspace, bytes) ->
            shares.add(
                new CacheView.WorkspaceShare(
                    workspace, bytes, settings.workspaceLimit(workspace))));
    return shares;
  }

  /** The newest runs of evictions with what went in them. */
  public List<CacheView.Run> log(int limit) {
    return engine.registry().evictions().runs(limit).stream().map(this::run).toList();
  }

  private CacheView.Run run(EvictionRun run) {
    return new CacheView.Run(
        run.id(),
        run.trigger(),
        run.reason().wireCode(),
        run.subject(),
        run.startedAt(),
        run.finishedAt(),
        run.evictedCount(),
        run.freedBytes(),
        run.limitBytes(),
        run.usedBefore(),
        boxed(run.usedAfter()),
        run.freeBefore(),
        boxed(run.freeAfter()),
        engine.registry().evictions().ofRun(run.id()).stream().map(CacheDesk::gone).toList());
  }

  private static CacheView.Gone gone(EvictionRecord record) {
    return new CacheView.Gone(
        record.state().hex(),
        record.parent().map(StateId::hex),
        record.label(),
        record.reason().wireCode(),
        Optional.of(record.at()),
        record.freedBytes(),
        boxed(record.rebuildMillis()),
        boxed(record.keepScore()));
  }

  /**
   * Evicts until all states take no more than {@code toBytes}, or everything that may go.
   *
   * @param dryRun whether to say only what would go
   */
  public CacheView.Evicted evict(OptionalLong toBytes, boolean dryRun) throws InterruptedException {
    evicting.lockInterruptibly();
    try {
      space.settle();
      CacheUsage before = space.usage();
      CacheSettings settings = CacheSettings.of(config, before.totalBytes());
      CacheInventory inventory = inventories.take(settings);
      long target = toBytes.orElse(0);
      EvictionPass.Order order =
          new EvictionPass.Order(
              "requested",
              EvictionReason.REQUESTED,
              Optional.empty(),
              // What is not to stay goes even where the file system has not counted it yet.
              toBytes.isPresent() ? Math.max(0, before.usedBytes() - target) : Long.MAX_VALUE,
              target);
      List<Eviction> decided = EvictionPass.decide(order, inventory, settings);
      List<CacheView.Gone> planned = decided.stream().map(this::planned).toList();
      if (dryRun) {
        long freed = decided.stream().mapToLong(Eviction::bytes).sum();
        return new CacheView.Evicted(
            true, before.usedBytes(), before.usedBytes() - freed, freed, planned);
      }
      long freed = pass.carryOut(order, inventory, decided, order.bytes());
      List<CacheView.Gone> went = decided.isEmpty() ? List.of() : log(1).getFirst().states();
      return new CacheView.Evicted(
          false, before.usedBytes(), space.usage().usedBytes(), freed, went);
    } finally {
      evicting.unlock();
    }
  }

  private CacheView.Gone planned(Eviction eviction) {
    Optional<StateRecord> state = inventories.record(eviction.id());
    return new CacheView.Gone(
        eviction.id().hex(),
        state.flatMap(StateRecord::parent).map(StateId::hex),
        state.map(StateRecord::label).orElse(""),
        eviction.reason().wireCode(),
        Optional.empty(),
        eviction.bytes(),
        Optional.of(eviction.rebuildMillis()),
        Optional.of(eviction.keepScore()));
  }

  /** Keeps a state whatever the pressure, or no longer; whether that changed anything. */
  public boolean pin(StateId id, boolean pinned) {
    return engine.registry().cache().pin(id, pinned);
  }

  /** What each state is to the cache. */
  public List<CacheView.StateDetails> details() {
    CacheUsage usage = space.usage();
    CacheSettings settings = CacheSettings.of(config, usage.totalBytes());
    CacheInventory inventory = inventories.take(settings);
    Map<StateId, Long> rebuild = inventory.rebuildMillis();
    return inventory.states().stream()
        .map(state -> details(state, rebuild.getOrDefault(state.id(), 0L), settings))
        .toList();
  }

  private static CacheView.StateDetails details(
      CachedState state, long rebuildMillis, CacheSettings settings) {
    return new CacheView.StateDetails(
        state.id().hex(),
        state.holds().contains(Hold.PIN),
        state.holds().stream().map(CacheDesk::wire).sorted().toList(),
        state.workspaces(),
        rebuildMillis,
        state.holds().contains(Hold.YOUNG)
            ? Optional.of(state.createdAt().plus(settings.minStateAge()))
            : Optional.empty());
  }

  private static String wire(Hold hold) {
    return hold.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<Long> boxed(OptionalLong value) {
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  private static Optional<Double> boxed(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }
}
