package io.taidon.node.upkeep;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Runs the upkeep at start, every minute, and soon after something happened. Thread-safe. */
public final class UpkeepThread implements AutoCloseable {
  /** Many things happen together; one look sees them all. */
  private static final Duration GATHER = Duration.ofMillis(200);

  private final Runnable upkeep;
  private final Duration interval;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private boolean asked = true;
  private boolean closed;
  private final Thread thread = Thread.ofVirtual().name("upkeep").unstarted(this::loop);

  public UpkeepThread(Runnable upkeep, Duration interval) {
    this.upkeep = upkeep;
    this.interval = interval;
  }

  public void start() {
    thread.start();
  }

  /** Asks for a look soon. */
  public void ask() {
    lock.lock();
    try {
      asked = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    try {
      while (awaitWork()) {
        upkeep.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = interval.toNanos();
      while (!asked && !closed && left > 0) {
        left = wake.awaitNanos(left);
      }
      if (asked && !closed) {
        long gather = GATHER.toNanos();
        while (!closed && gather > 0) {
          gather = wake.awaitNanos(gather);
        }
      }
      asked = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
