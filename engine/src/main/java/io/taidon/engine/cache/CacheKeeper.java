package io.taidon.engine.cache;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CacheLimits.Pressure;
import io.taidon.core.cache.CacheUsage;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.Eviction;
import io.taidon.core.cache.EvictionPolicy;
import io.taidon.core.cache.EvictionReason;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.SpaceKeeper;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.EvictionRecord;
import io.taidon.engine.store.StateRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Keeps the states of a store within their limits: before steps run, before each state is kept, and
 * in the background. Thread-safe.
 *
 * <p>A request whose state is there never comes here. A build waits only where it would cross the
 * limit itself; above the high watermark states go behind its back.
 */
public final class CacheKeeper implements SpaceKeeper, AutoCloseable {
  private static final long MIB = 1024L * 1024;

  /** Where there is so much room, a state is not measured before it is kept. */
  private static final long FAR = 4L * 1024 * MIB;

  private final EngineContext engine;
  private final ConfigStore config;
  private final CacheSpace space;
  private final Inventories inventories;
  private final EvictionPass pass;
  private final CacheMeters meters = new CacheMeters();
  private final CacheWatch watch;

  /** Who used what is written down once while this engine runs, and again after so many. */
  private static final int MOST_NOTED = 10_000;

  private final Set<String> notedUses = ConcurrentHashMap.newKeySet();

  /** One pass at a time: two would free the same need twice. */
  private final ReentrantLock evicting = new ReentrantLock(true);

  public CacheKeeper(EngineContext engine, StateVault vault, ConfigStore config) {
    this.engine = engine;
    this.config = config;
    this.space = new CacheSpace(engine);
    this.inventories = new Inventories(engine, vault);
    this.pass = new EvictionPass(engine, vault, space, meters);
    this.watch = new CacheWatch(this::lookAround);
  }

  /** Begins to look after the store in the background, at once and then now and then. */
  public void start() {
    watch.start();
  }

  /** States were kept, or have reached the disk. */
  public void statesChanged() {
    watch.wake();
  }

  /** A prepare was planned: counts whether the cache had its state. */
  public void planned(Plan plan) {
    if (plan.isCached()) {
      meters.hit();
    } else {
      meters.missed(why(plan));
    }
  }

  /** A workspace used the states of a plan, which are there: written down a moment later. */
  public void used(String workspace, StateId base, Plan plan) {
    if (notedUses.size() > MOST_NOTED) {
      notedUses.clear();
    }
    if (notedUses.add(workspace + " " + plan.finalState().hex())) {
      List<StateId> chain =
          Stream.concat(Stream.of(base), plan.steps().stream().map(PlannedStep::output)).toList();
      watch.afterwards(() -> engine.registry().cache().usedBy(workspace, chain));
    }
  }

  private CacheMeters.Miss why(Plan plan) {
    StateId missing = plan.steps().get(plan.reusedSteps()).output();
    return engine
        .registry()
        .evictions()
        .latest(missing)
        .map(EvictionRecord::reason)
        .map(reason ->
            switch (reason) {
              case EXPIRED,
                  USAGE_ABOVE_HIGH_WATERMARK,
                  FREE_BELOW_RESERVE,
                  WORKSPACE_ABOVE_LIMIT,
                  REQUESTED ->
                  CacheMeters.Miss.EVICTED;
              case REMOVED, DAMAGED, NOT_ON_DISK -> CacheMeters.Miss.REMOVED;
            })
        .orElse(CacheMeters.Miss.NEVER_BUILT);
  }

  @Override
  public void beforeSteps() throws InterruptedException {
    CacheUsage usage = space.usage();
    if (settings(usage).limits().excess(usage, 0).isPresent()) {
      evictFor("prepare_step", 0, 0, Optional.empty());
    }
  }

  @Override
  public Room makeRoom(
      StateId state, StateId parent, SnapshotBackend backend, Path directory, boolean copies)
      throws InterruptedException {
    CacheUsage usage = space.usage();
    long bound = 8 * sizeOf(parent) + FAR;
    if (settings(usage).limits().hardMaxBytes(usage) - usage.usedBytes() > bound) {
      space.setAside(state, sizeOf(parent) + MIB);
      return new StateRoom(state, OptionalLong.empty());
    }
    Optional<Path> origin =
        parent.equals(state) ? Optional.empty() : Optional.of(engine.layout().state(parent));
    if (backend.sizedOnDisk() && !fitsInAnyCase(usage, backend, directory)) {
      space.settle();
    }
    long own = backend.ownBytes(directory, origin);
    boolean takesSpace = copies && !backend.capabilities().copyOnWrite();
    evictFor("snapshot", own, takesSpace ? own : 0, Optional.of(state));
    return new StateRoom(
        state, backend.sizedOnDisk() ? OptionalLong.empty() : OptionalLong.of(own));
  }

  /** Even if it shared nothing. */
  private boolean fitsInAnyCase(CacheUsage usage, SnapshotBackend backend, Path directory) {
    return usage.usedBytes() + backend.usage(directory).logicalBytes()
        <= settings(usage).limits().hardMaxBytes(usage);
  }

  @Override
  public TaidonException explain(TaidonException failure) {
    if (failure.code() != ErrorCode.DISK_FULL) {
      return failure;
    }
    watch.wake();
    try {
      return blockers(space.usage())
          .map(why ->
              why.with("failed", failure.details().getOrDefault("failed", failure.sentence())))
          .orElse(failure);
    } catch (TaidonException unknown) {
      failure.addSuppressed(unknown);
      return failure;
    }
  }

  /** What holds the states, where the file system is below its floor and none of them can go. */
  private Optional<TaidonException> blockers(CacheUsage usage) {
    CacheSettings settings = settings(usage);
    CacheInventory strict = inventories.take(settings);
    CacheInventory inventory = settings.ageBends() ? Inventories.bent(strict) : strict;
    return settings
        .limits()
        .excess(usage, 0)
        .filter(_ -> !inventory.states().isEmpty())
        .filter(_ -> inventory.states().stream().noneMatch(CachedState::evictable))
        .map(excess ->
            CacheFailures.unreclaimable(engine, settings.limits(), usage, 0, excess, inventory));
  }

  private long sizeOf(StateId parent) {
    return engine.registry().states().find(parent).map(StateRecord::sizeBytes).orElse(0L);
  }

  /**
   * Evicts until so many bytes more can be kept, and sets them aside for a state.
   *
   * @param onDisk how many of them are not on the disk yet
   */
  private void evictFor(String trigger, long more, long onDisk, Optional<StateId> state)
      throws InterruptedException {
    evicting.lockInterruptibly();
    try {
      boolean bends = false;
      boolean reclaimed = false;
      while (true) {
        CacheUsage usage = withOnDisk(space.usage(), onDisk);
        CacheSettings settings = settings(usage);
        Optional<Pressure> excess = settings.limits().excess(usage, more);
        if (excess.isEmpty()) {
          state.ifPresent(id -> space.setAside(id, more));
          return;
        }
        if (!reclaimed && excess.get().reason() == EvictionReason.FREE_BELOW_RESERVE) {
          reclaimed = true;
          space.reclaim();
          continue;
        }
        requirePossible(settings, usage, more, excess.get());
        space.settle();
        CacheInventory strict = inventories.take(settings);
        CacheInventory inventory = bends ? Inventories.bent(strict) : strict;
        if (makeRoom(trigger, settings, usage, more, excess.get(), inventory) == 0) {
          if (!bends && settings.ageBends()) {
            bends = true;
          } else {
            throw CacheFailures.unreclaimable(
                engine, settings.limits(), usage, more, excess.get(), inventory);
          }
        }
      }
    } finally {
      evicting.unlock();
    }
  }

  private static CacheUsage withOnDisk(CacheUsage usage, long bytes) {
    return new CacheUsage(usage.usedBytes(), usage.freeBytes() - bytes, usage.totalBytes());
  }

  private static void requirePossible(
      CacheSettings settings, CacheUsage usage, long more, Pressure excess) {
    boolean isLimit = excess.reason() == EvictionReason.USAGE_ABOVE_HIGH_WATERMARK;
    if (isLimit && settings.limits().maxBytes().orElse(Long.MAX_VALUE) < more) {
      throw CacheFailures.tooSmall(settings.limits(), usage, more);
    }
  }

  /** One pass; down to the low watermark, so that the next build need not wait again. */
  private long makeRoom(
      String trigger,
      CacheSettings settings,
      CacheUsage usage,
      long more,
      Pressure excess,
      CacheInventory inventory)
      throws InterruptedException {
    long limit = settings.limits().hardMaxBytes(usage);
    long toLow = usage.usedBytes() + more - (long) (settings.limits().lowWatermark() * limit);
    EvictionPass.Order order =
        new EvictionPass.Order(
            trigger,
            excess.reason(),
            Optional.empty(),
            Math.max(excess.bytes(), Math.min(toLow, usage.usedBytes())),
            limit);
    long freed = pass.makeRoom(order, inventory, settings);
    if (freed > 0 && excess.reason() == EvictionReason.FREE_BELOW_RESERVE) {
      space.awaitFree(usage.freeBytes() + Math.min(freed, excess.bytes()));
    }
    return freed;
  }

  /** What the background does: sizes what is new, then lets go what is too old or too much. */
  private void lookAround(boolean nowAndThen) throws InterruptedException {
    space.sizeAll();
    evicting.lockInterruptibly();
    try {
      if (nowAndThen) {
        expire();
      }
      relieve();
      relieveWorkspaces();
    } finally {
      evicting.unlock();
    }
  }

  private void expire() {
    CacheUsage usage = space.usage();
    CacheSettings settings = settings(usage);
    if (settings.stateTtl().isEmpty()) {
      return;
    }
    CacheInventory inventory = inventories.take(settings);
    List<Eviction> old = EvictionPolicy.expired(inventory, settings.stateTtl().get());
    EvictionPass.Order order =
        new EvictionPass.Order(
            "background",
            EvictionReason.EXPIRED,
            Optional.empty(),
            Long.MAX_VALUE,
            settings.limits().effectiveMaxBytes(usage));
    long ignored = pass.carryOut(order, inventory, old, Long.MAX_VALUE);
  }

  private void relieve() {
    CacheUsage usage = space.usage();
    CacheSettings settings = settings(usage);
    Optional<Pressure> pressure = settings.limits().pressure(usage);
    if (pressure.isPresent()) {
      EvictionPass.Order order =
          new EvictionPass.Order(
              "background",
              pressure.get().reason(),
              Optional.empty(),
              pressure.get().bytes(),
              settings.limits().effectiveMaxBytes(usage));
      long ignored = pass.makeRoom(order, inventories.take(settings), settings);
    }
  }

  /** A workspace's limit takes only what no other workspace uses, and fails no job. */
  private void relieveWorkspaces() {
    CacheSettings settings = settings(space.usage());
    if (!settings.limitsWorkspaces()) {
      return;
    }
    CacheInventory inventory = inventories.take(settings);
    for (Map.Entry<String, Long> charge :
        new TreeMap<>(Inventories.charges(inventory)).entrySet()) {
      Optional<Long> limit =
          settings.workspaceLimit(charge.getKey()).filter(max -> charge.getValue() > max);
      if (limit.isPresent()) {
        EvictionPass.Order order =
            new EvictionPass.Order(
                "background",
                EvictionReason.WORKSPACE_ABOVE_LIMIT,
                Optional.of(charge.getKey()),
                charge.getValue() - limit.get(),
                limit.get());
        long ignored =
            pass.makeRoom(order, Inventories.ofWorkspace(inventory, charge.getKey()), settings);
      }
    }
  }

  private CacheSettings settings(CacheUsage usage) {
    return CacheSettings.of(config, usage.totalBytes());
  }

  /** What users may ask of the cache. */
  public CacheDesk desk() {
    return new CacheDesk(engine, config, space, inventories, pass, meters, evicting);
  }

  @Override
  public void close() {
    watch.close();
  }

  /** Room for a state whose size is known, or found out soon after. */
  private final class StateRoom implements Room {
    private final StateId state;
    private final OptionalLong own;
    private boolean taken;

    StateRoom(StateId state, OptionalLong own) {
      this.state = state;
      this.own = own;
    }

    @Override
    public void taken() {
      taken = true;
      own.ifPresent(bytes -> space.sized(state, bytes));
    }

    @Override
    public void close() {
      if (!taken) {
        space.giveBack(state);
      }
    }
  }
}
