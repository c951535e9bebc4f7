package io.taidon.engine.job;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.store.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes those who follow a job when it has new events. Thread-safe. */
final class JobSignals {
  private final ConcurrentHashMap<JobId, Signal> signals = new ConcurrentHashMap<>();

  private final ConcurrentHashMap<JobId, TaidonException> unwritten = new ConcurrentHashMap<>();

  private static final class Signal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version;
  }

  /** How a job ended, where the registry could not be told. */
  Optional<TaidonException> unwrittenEnd(JobId job) {
    return Optional.ofNullable(unwritten.get(job));
  }

  List<JobId> unwrittenEnds() {
    return List.copyOf(unwritten.keySet());
  }

  /** Keeps how a job ended for its followers, until the registry can be told. */
  void endedUnwritten(JobId job, TaidonException failure) {
    unwritten.put(job, failure);
    raise(job);
  }

  void endWritten(JobId job) {
    unwritten.remove(job);
  }

  /** What a follower has seen; read it before reading events, so that none in between is missed. */
  long version(JobId job) {
    Signal signal = signal(job);
    signal.lock.lock();
    try {
      return signal.version;
    } finally {
      signal.lock.unlock();
    }
  }

  void raise(JobId job) {
    Signal signal = signal(job);
    signal.lock.lock();
    try {
      signal.version++;
      signal.changed.signalAll();
    } finally {
      signal.lock.unlock();
    }
  }

  /** Waits until the version is no longer {@code seen}, at most for {@code patience}. */
  void await(JobId job, long seen, Duration patience) throws InterruptedException {
    Signal signal = signal(job);
    signal.lock.lock();
    try {
      long remaining = patience.toNanos();
      while (signal.version == seen && remaining > 0) {
        remaining = signal.changed.awaitNanos(remaining);
      }
    } finally {
      signal.lock.unlock();
    }
  }

  /** Forgets a job that is gone; its followers read the registry once more and find it so. */
  void forget(JobId job) {
    raise(job);
    signals.remove(job);
    unwritten.remove(job);
  }

  private Signal signal(JobId job) {
    return signals.computeIfAbsent(job, _ -> new Signal());
  }
}
