package io.taidon.gateway.log;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many lines of one kind a second pass, and counts the others: what strangers can cause
 * must not fill a disk. Thread-safe and without locks.
 */
final class Throttle {
  private final int most;
  private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
  private final AtomicInteger passed = new AtomicInteger();
  private final AtomicLong leftOut = new AtomicLong();

  Throttle(int mostPerSecond) {
    this.most = mostPerSecond;
  }

  /**
   * Whether one may pass: how many were left out before it, or empty if it is left out, too.
   *
   * @param nanos by a monotonic clock
   */
  OptionalLong pass(long nanos) {
    long now = Math.floorDiv(nanos, TimeUnit.SECONDS.toNanos(1));
    long seen = second.get();
    if (seen != now && second.compareAndSet(seen, now)) {
      passed.set(0);
    }
    if (passed.incrementAndGet() <= most) {
      return OptionalLong.of(leftOut.getAndSet(0));
    }
    leftOut.incrementAndGet();
    return OptionalLong.empty();
  }
}
