package io.taidon.engine.cache;

import io.taidon.core.error.TaidonException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The thread that looks after a cache: when it is woken, and now and then. Thread-safe. */
final class CacheWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CacheWatch.class.getName());

  /** Others fill the disk without telling us. */
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(60);

  /** Notes of uses that are not written when so many wait are dropped. */
  private static final int MOST_NOTES = 1_000;

  private final Round round;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final List<Runnable> notes = new ArrayList<>();
  private final Thread thread;
  private long nextPeriod = System.nanoTime() + PERIOD;
  private boolean pending;
  private boolean closed;

  /** What is done each time. */
  @FunctionalInterface
  interface Round {
    /**
     * @param nowAndThen whether it is time for what need not be done each time
     */
    void run(boolean nowAndThen) throws InterruptedException;
  }

  /** What there is to do. */
  private enum Due {
    NOTES,
    ROUND,
    PERIOD,
    END
  }

  CacheWatch(Round round) {
    this.round = round;
    this.thread = Thread.ofPlatform().daemon().name("cache-keeper").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void wake() {
    lock.lock();
    try {
      pending = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Does something small later, which is lost in a crash. */
  void afterwards(Runnable note) {
    lock.lock();
    try {
      if (notes.size() < MOST_NOTES) {
        notes.add(note);
      }
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      Due due = Due.PERIOD;
      while (due != Due.END) {
        quietly(_ -> writeNotes(), false);
        if (due != Due.NOTES) {
          quietly(round, due == Due.PERIOD);
        }
        due = awaitWork();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Due awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (!pending && notes.isEmpty() && !closed && nextPeriod - System.nanoTime() > 0) {
        long ignored = wanted.awaitNanos(nextPeriod - System.nanoTime());
      }
      if (closed) {
        return Due.END;
      }
      if (nextPeriod - System.nanoTime() <= 0) {
        nextPeriod = System.nanoTime() + PERIOD;
        pending = false;
        return Due.PERIOD;
      }
      boolean round = pending;
      pending = false;
      return round ? Due.ROUND : Due.NOTES;
    } finally {
      lock.unlock();
    }
  }

  private void writeNotes() {
    List<Runnable> due;
    lock.lock();
    try {
      due = List.copyOf(notes);
      notes.clear();
    } finally {
      lock.unlock();
    }
    due.forEach(Runnable::run);
  }

  private static void quietly(Round work, boolean nowAndThen) throws InterruptedException {
    try {
      work.run(nowAndThen);
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, "the cache is looked after later: {0}", e.sentence());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the cache could not be looked after", e);
    }
  }

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
    try {
      writeNotes();
    } catch (TaidonException e) {
      LOG.log(Level.DEBUG, "who used what last is not noted: {0}", e.sentence());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
