package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.util.Optional;

/**
 * The right to build or remove a state: at most one holder per state among all threads of all
 * processes that use the store. Who waited must look again whether the state is there now.
 *
 * <p>All locks are byte positions of one file, each position the first 62 bits of the id: so there
 * is nothing to clean up and no file to lose in a race of unlinking and opening, and two states
 * practically never share a lock. Who holds several takes them in the order of their ids.
 *
 * <p>Thread-safe.
 */
public final class StateLocks implements AutoCloseable {
  private static final int POSITION_DIGITS = 16;

  private final LockFile file;

  /** The locks of a store whose directories are there. */
  public StateLocks(StoreLayout layout) {
    this.file = LockFile.open(layout.stateLocks());
  }

  /** Takes the lock, waiting for it as long as it takes. */
  public StateLock acquire(StateId id) throws InterruptedException {
    return acquire(id, state -> {});
  }

  /**
   * Takes the lock, waiting for it as long as it takes.
   *
   * @param listener is told once before the wait when somebody else has it
   */
  public StateLock acquire(StateId id, WaitListener listener) throws InterruptedException {
    return new StateLock(id, file.lock(position(id), () -> listener.waiting(id)));
  }

  /** Takes the lock if nobody has it. */
  public Optional<StateLock> tryAcquire(StateId id) {
    return file.tryLock(position(id)).map(held -> new StateLock(id, held));
  }

  /** Gives up the file. The locks that were taken must be released before. */
  @Override
  public void close() {
    file.close();
  }

  private static long position(StateId id) {
    return Long.parseUnsignedLong(id.hex(), 0, POSITION_DIGITS, 16) & (Long.MAX_VALUE >> 1);
  }

  /** Told that an acquisition has to wait. */
  @FunctionalInterface
  public interface WaitListener {
    void waiting(StateId id);
  }

  /** A lock that is held; any thread may release it. Closing it twice does nothing. */
  public static final class StateLock implements AutoCloseable {
    private final StateId id;
    private final LockFile.Held held;

    private StateLock(StateId id, LockFile.Held held) {
      this.id = id;
      this.held = held;
    }

    public StateId id() {
      return id;
    }

    @Override
    public void close() {
      held.close();
    }
  }
}
