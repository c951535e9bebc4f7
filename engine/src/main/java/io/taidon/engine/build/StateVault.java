package io.taidon.engine.build;

import io.taidon.core.cache.StateIndex;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.StateRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sealed states of one store, disk and registry together: what is offered is on disk, and what
 * is on disk without being offered is cleared. Each transition says what a crash in it leaves.
 *
 * <p>Thread-safe.
 */
public final class StateVault implements StateIndex {
  private final EngineContext engine;
  private final ConcurrentHashMap<StateId, Integer> uses = new ConcurrentHashMap<>();

  public StateVault(EngineContext engine) {
    this.engine = engine;
  }

  /**
   * Whether the state can be cloned now. A state that was deleted behind our back is forgotten
   * here, and so built again.
   */
  @Override
  public boolean contains(StateId id) {
    if (!engine.registry().states().contains(id)) {
      return false;
    }
    if (Files.exists(engine.layout().state(id).resolve("PG_VERSION"))) {
      return true;
    }
    engine.registry().states().removeAnyway(id);
    return false;
  }

  /** The registered state. */
  public StateRecord record(StateId id) {
    return engine
        .registry()
        .states()
        .find(id)
        .orElseThrow(() ->
            TaidonException.of(
                    ErrorCode.NOT_FOUND,
                    "State " + id.shortHex() + " is not in the store any more.")
                .remedy("Run the command again; it will be built."));
  }

  /** Makes {@code target} a writable clone of a state, which cannot be deleted meanwhile. */
  public void cloneTo(StateId id, Path target) {
    uses.merge(id, 1, Integer::sum);
    try {
      engine.backends().of(record(id).backend()).clone(engine.layout().state(id), target);
      FaultPoint.CLONE_MADE.reached();
      // A state that was taken live has the lock file of the server that made it.
      Files.deleteIfExists(target.resolve("postmaster.pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      uses.computeIfPresent(id, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /**
   * Makes a state of a writable directory whose server is stopped: onto disk under its id, then
   * into the registry. A crash in between leaves a directory that nobody offers; the next build of
   * the state, or the next engine, deletes it. The state's lock is held.
   *
   * @param keepSource whether the directory is still wanted; otherwise it becomes the state, which
   *     costs nothing
   */
  public void seal(Path source, StateRecord state, boolean keepSource) {
    SnapshotBackend backend = engine.backends().of(state.backend());
    Path target = engine.layout().state(state.id());
    clear(backend, state.id(), target);
    if (keepSource) {
      backend.snapshot(source, target);
    } else {
      backend.seal(source, target);
    }
    FaultPoint.STATE_PLACED.reached();
    engine.registry().states().register(state);
    FaultPoint.STATE_REGISTERED.reached();
  }

  /**
   * What an engine left here that died while others worked on. Its sidecar goes first: a directory
   * that shrinks beside one would be adopted as a whole state after the next crash.
   */
  private void clear(SnapshotBackend backend, StateId id, Path directory) {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      engine.registry().states().removeAnyway(id);
      backend.delete(directory);
    }
  }

  /** Whether a clone of the state is being made at this moment. */
  public boolean isInUse(StateId id) {
    return uses.containsKey(id);
  }

  /**
   * Deletes a state: no longer offered first, then gone. A crash in between leaves a directory that
   * nobody offers.
   */
  public void delete(StateRecord state) {
    engine.registry().states().removeAnyway(state.id());
    FaultPoint.STATE_FORGOTTEN.reached();
    engine.backends().of(state.backend()).delete(engine.layout().state(state.id()));
  }

  /** Counts one more use of these states, intermediate hits included. */
  public void touch(List<StateId> ids) {
    engine.registry().states().touch(ids);
  }
}
