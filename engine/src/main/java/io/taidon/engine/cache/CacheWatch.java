package io.taidon.engine.cache;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.build.BackgroundThread;
import io.taidon.engine.build.Uninterrupted;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks after a cache in the background: when it is woken, and now and then. Thread-safe. */
final class CacheWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CacheWatch.class.getName());

  /** Others fill the disk without telling us. */
  private static final long PERIOD = Duration.ofSeconds(60).toNanos();

  /** Notes of uses that are not written when so many wait are dropped. */
  private static final int MOST_NOTES = 1_000;

  private final Round round;
  private final BackgroundThread thread = new BackgroundThread("cache-keeper", this::look);
  private final AtomicBoolean pending = new AtomicBoolean();
  private final LinkedBlockingQueue<Runnable> notes = new LinkedBlockingQueue<>(MOST_NOTES);

  /** Of the thread's own. */
  private long nextPeriod = System.nanoTime();

  /** What is done each time. */
  @FunctionalInterface
  interface Round {
    /**
     * @param nowAndThen whether it is time for what need not be done each time
     */
    void run(boolean nowAndThen) throws InterruptedException;
  }

  CacheWatch(Round round) {
    this.round = round;
  }

  void start() {
    thread.start();
  }

  void wake() {
    pending.set(true);
    thread.wake();
  }

  /** Does something small later, which is lost in a crash. */
  void afterwards(Runnable note) {
    if (notes.offer(note)) {
      thread.wake();
    }
  }

  private Duration look() throws InterruptedException {
    quietly(_ -> writeNotes(), false);
    boolean nowAndThen = nextPeriod - System.nanoTime() <= 0;
    if (nowAndThen) {
      nextPeriod = System.nanoTime() + PERIOD;
    }
    if (pending.getAndSet(false) || nowAndThen) {
      quietly(round, nowAndThen);
    }
    return Duration.ofNanos(nextPeriod - System.nanoTime());
  }

  private void writeNotes() {
    List<Runnable> due = new ArrayList<>();
    notes.drainTo(due);
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
    thread.close();
    Uninterrupted.run(this::writeLastNotes);
  }

  private void writeLastNotes() {
    try {
      writeNotes();
    } catch (TaidonException e) {
      LOG.log(Level.DEBUG, "who used what last is not noted: {0}", e.sentence());
    }
  }
}
