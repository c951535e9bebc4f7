package io.taidon.engine.build;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.cache.StateIndex;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.FreedSpace;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.Removal;
import io.taidon.engine.store.StateLocks.StateLock;
import io.taidon.engine.store.StateRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The sealed states of one store, disk and registry together: what is offered is on disk, and what
 * is on disk without being offered is cleared. Each transition says what a crash in it leaves.
 *
 * <p>Thread-safe.
 */
public final class StateVault implements StateIndex {
  private static final System.Logger LOG = System.getLogger(StateVault.class.getName());

  private final EngineContext engine;
  private final StateUses uses = new StateUses();
  private final ConcurrentHashMap<StateId, String> suspects = new ConcurrentHashMap<>();

  public StateVault(EngineContext engine) {
    this.engine = engine;
  }

  /** Whether the state can be cloned now. One that lacks what every state has is suspected. */
  @Override
  public boolean contains(StateId id) {
    return engine.registry().states().contains(id) && isWhole(id);
  }

  /** A full hit costs one look-up, anything else one more, however long the chain is. */
  @Override
  public int lastOf(List<StateId> chain) {
    int last = chain.size() - 1;
    if (last < 0 || contains(chain.get(last))) {
      return last;
    }
    Set<StateId> registered = engine.registry().states().among(chain.subList(0, last));
    for (int i = last - 1; i >= 0; i--) {
      if (registered.contains(chain.get(i)) && isWhole(chain.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private boolean isWhole(StateId id) {
    Optional<String> lacking = StateCheck.lacking(engine.layout().state(id));
    lacking.ifPresent(what -> suspects.put(id, what));
    return lacking.isEmpty();
  }

  /** The registered state. */
  public StateRecord record(StateId id) {
    return engine.registry().states().find(id).orElseThrow(() -> vanished(id));
  }

  /** What is done with a clone while the state it was made of is still being checked. */
  @FunctionalInterface
  public interface CloneUse<T, E extends Exception> {
    T made() throws E;
  }

  /** Makes {@code target} a writable clone of a state that was checked, and does no more. */
  public void cloneTo(StateId id, Path target) {
    Path unused = cloneTo(id, target, () -> target);
  }

  /**
   * Makes {@code target} a writable clone of a state, which cannot be deleted meanwhile, and uses
   * it. Whether the state is what was sealed is found out at the same time: looking at each of ten
   * thousand files takes longer than cloning them.
   *
   * @param use whose result is given only if the state was whole
   * @throws TaidonException STATE_DAMAGED where it is not, be it the reason of another failure or
   *     found after a use that went well; {@link #discardDamaged} deletes the state. After any
   *     failure the caller undoes what was made and deletes {@code target}, of which there may be a
   *     part
   */
  public <T, E extends Exception> T cloneTo(StateId id, Path target, CloneUse<T, E> use) throws E {
    try (StateUses.Use held = hold(id)) {
      StateRecord state = record(id);
      CompletableFuture<Optional<String>> damage = inBackground(() -> damage(state));
      T made;
      try {
        clone(state, target);
        made = use.made();
      } catch (Exception failure) {
        requireWhole(id, damage.exceptionally(_ -> Optional.empty()));
        throw failure;
      }
      requireWhole(id, damage);
      return made;
    }
  }

  /**
   * Keeps a state, which need not be there yet, from being evicted until the answer is closed.
   * Waits while it is being evicted.
   */
  public StateUses.Use hold(StateId id) {
    return uses.begin(id);
  }

  /** Whether a failure says that a state went after somebody decided to use it. */
  public static boolean isVanished(TaidonException failure) {
    return failure.code() == ErrorCode.NOT_FOUND && failure.details().containsKey("state");
  }

  private static TaidonException vanished(StateId id) {
    return TaidonException.of(
            ErrorCode.NOT_FOUND, "State " + id.shortHex() + " is not in the store any more.")
        .with("state", id.hex())
        .remedy("Run the command again; it will be built.");
  }

  private void requireWhole(StateId id, CompletableFuture<Optional<String>> damage) {
    Optional<String> found;
    try {
      found = damage.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof TaidonException known ? known : e;
    }
    if (found.isPresent()) {
      suspects.put(id, found.get());
      throw StateCheck.damaged(id, found.get());
    }
  }

  private void clone(StateRecord state, Path target) {
    try {
      engine.backends().of(state.backend()).clone(engine.layout().state(state.id()), target);
      FaultPoint.CLONE_MADE.reached();
      // A state that was taken live has the lock file of the server that made it.
      Files.deleteIfExists(target.resolve("postmaster.pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> damage(StateRecord state) {
    return StateCheck.damage(
        engine.backends().of(state.backend()), engine.layout().state(state.id()), state);
  }

  /**
   * Deletes the states that were found damaged, if they still are, so that they are built again;
   * what was cloned from them before stays. Hold no state's lock.
   *
   * @param told told of each with what is wrong with it
   * @return whether there was any, so that older plans are wrong
   */
  public boolean discardDamaged(BiConsumer<StateId, String> told) throws InterruptedException {
    boolean discarded = false;
    for (StateId id : suspects.keySet()) {
      try (StateLock lock = engine.locks().acquire(id)) {
        suspects.remove(id);
        Optional<StateRecord> state = engine.registry().states().find(id);
        Optional<String> damage = state.flatMap(this::damage);
        if (damage.isPresent()) {
          LOG.log(Level.WARNING, "state {0} is damaged: {1}", id.hex(), damage.get());
          delete(state.get(), Removal.because(EvictionReason.DAMAGED));
          told.accept(id, damage.get());
          discarded = true;
        }
      }
    }
    return discarded;
  }

  /**
   * Makes a state of a writable directory whose server is stopped: onto disk under its id, then
   * into the registry. A crash in between leaves a directory that nobody offers; the next build of
   * the state, or the next engine, deletes it. The state's lock is held.
   *
   * @param keepSource whether the directory is still wanted; otherwise it becomes the state, which
   *     costs nothing
   */
  public void seal(Path source, NewState made, boolean keepSource) {
    StateRecord state = made.record();
    SnapshotBackend backend = engine.backends().of(state.backend());
    Path target = engine.layout().state(state.id());
    clear(backend, state.id(), target);
    if (keepSource) {
      backend.snapshot(source, target);
    } else {
      backend.seal(source, target);
    }
    FaultPoint.STATE_PLACED.reached();
    engine.registry().states().register(state, made.origin());
    FaultPoint.STATE_REGISTERED.reached();
  }

  /**
   * What is damaged, or we would not have built it, and what an engine left here that died while
   * others worked on. The sidecar goes first: a directory that shrinks beside one would be adopted
   * as a whole state after the next crash.
   */
  private void clear(SnapshotBackend backend, StateId id, Path directory) {
    if (engine.registry().states().contains(id)
        || Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      engine.registry().states().removeAnyway(id, Removal.because(EvictionReason.DAMAGED));
    }
    backend.delete(directory);
  }

  /** Whether a job needs the state at this moment. */
  public boolean isInUse(StateId id) {
    return uses.has(id);
  }

  /**
   * Deletes a state: no longer offered first, then gone. A crash in between leaves a directory that
   * nobody offers. On a full disk not even the registry can be written before files are gone; a
   * crash then leaves a row of a state that {@link #contains} does not accept.
   */
  public void delete(StateRecord state, Removal why) {
    boolean ignored = delete(state, () -> engine.registry().states().removeAnyway(state.id(), why));
  }

  /**
   * Deletes a state that nobody needs. Never waits: whoever builds the state, or begins to use it,
   * is first.
   *
   * @return false where somebody needs it after all; it stays then
   */
  public boolean evict(StateRecord state, Removal why) {
    Optional<StateLock> lock = engine.locks().tryAcquire(state.id());
    if (lock.isEmpty()) {
      return false;
    }
    try (StateLock held = lock.get()) {
      Optional<StateUses.Use> end = uses.end(state.id());
      if (end.isEmpty()) {
        return false;
      }
      try (StateUses.Use ending = end.get()) {
        return delete(state, () -> engine.registry().states().remove(state.id(), why));
      }
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.DELETION_BLOCKED) {
        throw e;
      }
      return false;
    }
  }

  private boolean delete(StateRecord state, BooleanSupplier forget) {
    SnapshotBackend backend = engine.backends().of(state.backend());
    Path directory = engine.layout().state(state.id());
    boolean wasThere;
    try {
      wasThere = forget.getAsBoolean();
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.DISK_FULL) {
        throw e;
      }
      backend.delete(directory);
      FreedSpace.awaitRoomForANote(engine.layout().states());
      wasThere = forget.getAsBoolean();
    }
    FaultPoint.STATE_FORGOTTEN.reached();
    backend.delete(directory);
    return wasThere;
  }

  /** Counts one more use of these states, intermediate hits included. */
  public void touch(List<StateId> ids) {
    engine.registry().states().touch(ids);
  }

  private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
  }
}
