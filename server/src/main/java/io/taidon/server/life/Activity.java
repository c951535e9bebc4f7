package io.taidon.server.life;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What is going on at the API: requests in flight (open streams are requests in flight), how long
 * there have been none, and whether new ones are still let in. Thread-safe.
 */
@Singleton
public final class Activity {
  private final LongSupplier nanoTime;
  private final Set<Thread> runs = ConcurrentHashMap.newKeySet();
  private int inFlight;
  private long quietSince;
  private boolean closing;

  @Inject
  Activity() {
    this(System::nanoTime);
  }

  Activity(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.quietSince = nanoTime.getAsLong();
  }

  /** Counts a request in; {@code false} when the server is closing and takes no more. */
  public synchronized boolean begin() {
    if (closing) {
      return false;
    }
    inFlight++;
    return true;
  }

  public synchronized void end() {
    inFlight--;
    touch();
    notifyAll();
  }

  /** Starts the quiet time anew: something goes on that is no request. */
  public synchronized void touch() {
    quietSince = nanoTime.getAsLong();
  }

  /** How long there has been no request; zero while there is one. */
  public synchronized Duration quietFor() {
    return inFlight > 0 ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - quietSince);
  }

  /** Whether the server is stopping. */
  public synchronized boolean isClosing() {
    return closing;
  }

  /** Lets no more requests in and interrupts the runs. */
  public void close() {
    synchronized (this) {
      closing = true;
    }
    runs.forEach(Thread::interrupt);
  }

  /** Waits until no request is in flight, at most {@code patience}. */
  public synchronized boolean awaitQuiet(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (inFlight > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    return true;
  }

  /** Has the calling thread interrupted when the server stops, until {@link Run#close()}. */
  public Run run() {
    Thread thread = Thread.currentThread();
    runs.add(thread);
    if (isClosing()) {
      thread.interrupt();
    }
    return () -> runs.remove(thread);
  }

  /** A tool that runs for a client. */
  @FunctionalInterface
  public interface Run extends AutoCloseable {
    @Override
    void close();
  }
}
