package io.taidon.engine.cache;

import io.taidon.core.cache.CacheUsage;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.snapshot.FreedSpace;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.linux.Durability;
import io.taidon.engine.store.EvictionRecord;
import io.taidon.engine.store.StateRecord;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What the states take, and what is left: the registry's sum of what each state has of its own, and
 * for states that are being made, or were not sized yet, what was set aside for them. Thread-safe.
 */
final class CacheSpace {
  private static final Duration RECLAIMED_WITHIN = Duration.ofSeconds(10);

  private final EngineContext engine;
  private final ConcurrentHashMap<StateId, Long> setAside = new ConcurrentHashMap<>();

  CacheSpace(EngineContext engine) {
    this.engine = engine;
  }

  /**
   * What there is now.
   *
   * @throws TaidonException CACHE_ENFORCEMENT_UNAVAILABLE where the file system does not say
   */
  CacheUsage usage() {
    long used =
        engine.registry().cache().usedBytes()
            + setAside.values().stream().mapToLong(Long::longValue).sum();
    try {
      FileStore disk = Files.getFileStore(engine.layout().states());
      return new CacheUsage(used, disk.getUsableSpace(), disk.getTotalSpace());
    } catch (IOException e) {
      throw unavailable("does not say what is left", e);
    }
  }

  /** Waits until the file system has given back what was deleted, so that so much is free. */
  void awaitFree(long bytes) throws InterruptedException {
    try {
      FreedSpace.await(engine.layout().states(), bytes, RECLAIMED_WITHIN);
    } catch (IOException e) {
      throw unavailable("does not say what is left", e);
    }
  }

  /** No state should go for what the file system only has not given back yet. */
  void reclaim() {
    try {
      boolean ignored = Durability.reclaim(engine.layout().states());
    } catch (IOException e) {
      throw unavailable("cannot give back what was deleted", e);
    }
  }

  private TaidonException unavailable(String why, IOException cause) {
    return TaidonException.of(
            ErrorCode.CACHE_ENFORCEMENT_UNAVAILABLE,
            "The file system of " + engine.layout().states() + " " + why + ".",
            cause)
        .with("path", engine.layout().states().toString())
        .with("cause", String.valueOf(cause.getMessage()));
  }

  /** Counts a state before it is there. */
  void setAside(StateId id, long bytes) {
    setAside.put(id, bytes);
  }

  /** What was set aside for a state is not needed: it was not made, or has a size of its own. */
  void giveBack(StateId id) {
    setAside.remove(id);
  }

  /**
   * Finds out what each new state has of its own, as far as that can be told without a sync; they
   * are few, and each takes milliseconds. Where a deletion moves bytes from one state's account to
   * another's, all are asked for again.
   */
  void sizeAll() {
    size(state -> state.durable() || !backend(state).sizedOnDisk());
  }

  /** The same for all of them, which may wait for the disk. */
  void settle() {
    if (engine.backends().preferred().sizedOnDisk()) {
      sync();
    }
    size(_ -> true);
  }

  private void sync() {
    try {
      boolean ignored = Durability.syncFileSystem(engine.layout().states());
    } catch (IOException e) {
      throw unavailable("cannot be synced", e);
    }
  }

  private void size(Predicate<StateRecord> which) {
    sizeFromAccounts();
    for (StateId id : engine.registry().cache().notSized()) {
      engine.registry().states().find(id).filter(which).ifPresent(this::size);
    }
  }

  private SnapshotBackend backend(StateRecord state) {
    return engine.backends().of(state.backend());
  }

  /** Does nothing where what a state has of its own stays what it was. */
  void sizeFromAccounts() {
    Map<StateId, Long> accounts = new HashMap<>();
    engine
        .backends()
        .preferred()
        .accounts(engine.layout().states())
        .forEach((name, bytes) -> StateId.parse(name).ifPresent(id -> accounts.put(id, bytes)));
    engine.registry().cache().resized(accounts).forEach(this::giveBack);
  }

  private void size(StateRecord state) {
    try {
      sized(state.id(), backend(state).ownBytes(engine.layout().state(state.id()), origin(state)));
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.SNAPSHOT_FAILED && e.code() != ErrorCode.DISK_FULL) {
        throw e;
      }
      // It may be gone by now. One that is there and cannot be read is found damaged elsewhere.
      // On a full disk it is estimated until something has gone.
    }
  }

  void sized(StateId id, long ownBytes) {
    engine.registry().cache().sized(id, ownBytes);
    giveBack(id);
  }

  /** The nearest ancestor that is there, through those that were evicted or made again since. */
  private Optional<Path> origin(StateRecord state) {
    Set<StateId> seen = new HashSet<>();
    Optional<StateId> at = state.parent();
    while (at.isPresent() && seen.add(at.get())) {
      Optional<StateRecord> there = engine.registry().states().find(at.get());
      if (there.filter(kept -> !kept.createdAt().isAfter(state.createdAt())).isPresent()) {
        return at.map(engine.layout()::state);
      }
      at =
          there.isPresent()
              ? there.get().parent()
              : engine.registry().evictions().latest(at.get()).flatMap(EvictionRecord::parent);
    }
    return Optional.empty();
  }

  /** What deleting a state would free now. */
  long exclusiveBytes(StateRecord state, long ownBytes) {
    return backend(state)
        .usage(engine.layout().state(state.id()))
        .exclusiveBytes()
        .orElse(ownBytes);
  }
}
