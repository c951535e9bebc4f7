package io.taidon.engine.cache;

import io.taidon.core.cache.CacheUsage;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.store.EvictionRecord;
import io.taidon.engine.store.StateRecord;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the states take, and what is left: the registry's sum of what each state has of its own, and
 * for states that are being made, or were not sized yet, what was set aside for them. Thread-safe.
 */
final class CacheSpace {
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
      throw TaidonException.of(
              ErrorCode.CACHE_ENFORCEMENT_UNAVAILABLE,
              "The file system of " + engine.layout().states() + " does not say what is left.",
              e)
          .with("path", engine.layout().states().toString())
          .with("cause", String.valueOf(e.getMessage()));
    }
  }

  /** Counts a state before it is there. */
  void setAside(StateId id, long bytes) {
    setAside.put(id, bytes);
  }

  /** What was set aside for a state is not needed: it was not made, or has a size of its own. */
  void giveBack(StateId id) {
    setAside.remove(id);
  }

  /** Finds out what each new state has of its own; they are few, and each takes milliseconds. */
  void sizeAll() {
    for (StateId id : engine.registry().cache().notSized()) {
      engine.registry().states().find(id).ifPresent(this::size);
    }
  }

  private void size(StateRecord state) {
    try {
      long own =
          engine
              .backends()
              .of(state.backend())
              .ownBytes(engine.layout().state(state.id()), origin(state));
      sized(state.id(), own);
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.SNAPSHOT_FAILED) {
        throw e;
      }
      // It may be gone by now. One that is there and cannot be read is found damaged elsewhere.
    }
  }

  void sized(StateId id, long ownBytes) {
    engine.registry().cache().sized(id, ownBytes);
    giveBack(id);
  }

  /** The nearest ancestor that is there, through those that were evicted. */
  private Optional<Path> origin(StateRecord state) {
    Set<StateId> seen = new HashSet<>();
    Optional<StateId> at = state.parent();
    while (at.isPresent() && seen.add(at.get())) {
      if (engine.registry().states().contains(at.get())) {
        return at.map(engine.layout()::state);
      }
      at = engine.registry().evictions().latest(at.get()).flatMap(EvictionRecord::parent);
    }
    return Optional.empty();
  }

  /** What deleting a state would free now. */
  long exclusiveBytes(StateRecord state, long ownBytes) {
    return engine
        .backends()
        .of(state.backend())
        .usage(engine.layout().state(state.id()))
        .exclusiveBytes()
        .orElse(ownBytes);
  }
}
