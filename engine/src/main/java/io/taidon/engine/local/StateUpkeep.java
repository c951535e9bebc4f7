package io.taidon.engine.local;

import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.BackgroundThread;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.Uninterrupted;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.linux.Durability;
import io.taidon.engine.store.StateRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Does in the background what sealing left: measures the new states and brings them to disk, one
 * {@code syncfs} for all that were sealed before it, see decision 0002. A failed sync leaves the
 * states as they are, usable and not trusted after a reboot.
 *
 * <p>It begins when nothing was sealed for a moment, or when the oldest has waited for some
 * seconds: a sync after each state of a chain would be a commit of the file system that the next
 * snapshot waits for.
 */
final class StateUpkeep implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StateUpkeep.class.getName());

  private static final long QUIET_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(5).toNanos();

  private final EngineContext engine;
  private final Runnable onDisk;
  private final AtomicReference<Optional<Sealed>> waiting = new AtomicReference<>(Optional.empty());
  private final BackgroundThread thread = new BackgroundThread("state-upkeep", this::syncWhenQuiet);

  /** When the first and the last one of the states were sealed that wait. */
  private record Sealed(long first, long last) {
    long quietIn(long now) {
      return Math.min(last + QUIET_NANOS - now, first + LONGEST_WAIT_NANOS - now);
    }
  }

  /**
   * @param onDisk told when states have reached the disk
   */
  StateUpkeep(EngineContext engine, Runnable onDisk) {
    this.engine = engine;
    this.onDisk = onDisk;
  }

  void start() {
    thread.start();
  }

  /** A state was sealed. */
  void stateSealed() {
    long now = System.nanoTime();
    Optional<Sealed> unused =
        waiting.updateAndGet(
            sealed -> Optional.of(new Sealed(sealed.map(Sealed::first).orElse(now), now)));
    thread.wake();
  }

  private Duration syncWhenQuiet() {
    long left =
        waiting.get().map(sealed -> sealed.quietIn(System.nanoTime())).orElse(Long.MAX_VALUE);
    if (left > 0) {
      return Duration.ofNanos(left);
    }
    waiting.set(Optional.empty()); // Before the sync: what is sealed during it needs another one.
    syncNow();
    return BackgroundThread.UNTIL_WOKEN;
  }

  private void syncNow() {
    try {
      List<StateId> sealedBefore = engine.registry().states().notDurable();
      boolean synced = sync();
      FaultPoint.STATES_SYNCED.reached();
      // After the sync, because btrfs counts the end of delayed writing as a change.
      measureStates();
      if (synced) {
        engine.registry().states().markDurable(sealedBefore, this::sync);
        onDisk.run();
      }
    } catch (UncheckedIOException | TaidonException e) {
      LOG.log(Level.WARNING, "states are not on disk yet: {0}", e.getMessage());
    }
  }

  private boolean sync() {
    try {
      return Durability.syncFileSystem(engine.layout().states());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Summing up a thousand files takes ten milliseconds that no build should wait for. */
  private void measureStates() {
    for (StateId id : engine.registry().states().notMeasured()) {
      engine.registry().states().find(id).ifPresent(this::measure);
    }
  }

  private void measure(StateRecord state) {
    try {
      SnapshotBackend backend = engine.backends().of(state.backend());
      Path directory = engine.layout().state(state.id());
      String fingerprint = backend.fingerprint(directory);
      engine
          .registry()
          .states()
          .measured(state.id(), backend.usage(directory).logicalBytes(), fingerprint);
      FaultPoint.STATE_MEASURED.reached();
    } catch (TaidonException e) {
      LOG.log(
          Level.DEBUG,
          "state {0} was not measured, it may be gone: {1}",
          state.id().shortHex(),
          e.sentence());
    }
  }

  /** Syncs what is left, then ends. */
  @Override
  public void close() {
    thread.close();
    Uninterrupted.run(this::syncRest);
  }

  private void syncRest() {
    try {
      if (!engine.registry().states().notDurable().isEmpty()) {
        syncNow();
      }
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, "the last states are not on disk: {0}", e.sentence());
    }
  }
}
