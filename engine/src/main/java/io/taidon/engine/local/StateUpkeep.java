package io.taidon.engine.local;

import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.EngineContext;
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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final Thread thread;
  private boolean pending;
  private boolean closed;
  private long firstSealed;
  private long lastSealed;

  StateUpkeep(EngineContext engine) {
    this.engine = engine;
    this.thread = Thread.ofPlatform().daemon().name("state-upkeep").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** A state was sealed. */
  void stateSealed() {
    lock.lock();
    try {
      lastSealed = System.nanoTime();
      firstSealed = pending ? firstSealed : lastSealed;
      pending = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (awaitWork()) {
      syncNow();
    }
  }

  private boolean awaitWork() {
    lock.lock();
    try {
      while (!pending && !closed) {
        wanted.awaitUninterruptibly();
      }
      awaitQuiet();
      pending = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held, and given up while waiting. */
  private void awaitQuiet() {
    long now = System.nanoTime();
    while (!closed && now - lastSealed < QUIET_NANOS && now - firstSealed < LONGEST_WAIT_NANOS) {
      long quietIn = QUIET_NANOS - (now - lastSealed);
      try {
        long unused =
            wanted.awaitNanos(Math.min(quietIn, LONGEST_WAIT_NANOS - (now - firstSealed)));
      } catch (InterruptedException e) {
        return; // Nobody interrupts this thread; if somebody does, it syncs now.
      }
      now = System.nanoTime();
    }
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
    lock.lock();
    try {
      closed = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    try {
      thread.join();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    syncRest();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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
