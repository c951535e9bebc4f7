package io.taidon.engine.build;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A daemon thread that works in rounds: one at its start, then one whenever it is woken or the time
 * has come that the last round gave. A wake during a round is followed by another round; a defect
 * in one ends no later one. Thread-safe.
 */
public final class BackgroundThread implements AutoCloseable {
  /** The pause of a round that only a wake is to follow. */
  public static final Duration UNTIL_WOKEN = Duration.ofNanos(Long.MAX_VALUE);

  private static final System.Logger LOG = System.getLogger(BackgroundThread.class.getName());
  private static final Duration AFTER_A_DEFECT = Duration.ofSeconds(10);

  private final Round round;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean woken;
  private boolean closed;

  /** What the thread does each time. */
  @FunctionalInterface
  public interface Round {
    /** Works once and says after which pause to work again if nobody wakes the thread before. */
    Duration run() throws InterruptedException;
  }

  public BackgroundThread(String name, Round round) {
    this.round = round;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Begins with the first round. */
  public void start() {
    thread.start();
  }

  /** Lets a round begin as soon as none is under way. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      Duration pause = Duration.ZERO;
      while (awaitTurn(pause)) {
        pause = runRound();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitTurn(Duration pause) throws InterruptedException {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (!closed && !woken && left > 0) {
        left = changed.awaitNanos(left);
      }
      woken = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private Duration runRound() throws InterruptedException {
    try {
      return round.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a round of " + thread.getName() + " failed by a defect", e);
      return AFTER_A_DEFECT;
    }
  }

  /** Begins no more rounds and waits for the one that is under way. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
