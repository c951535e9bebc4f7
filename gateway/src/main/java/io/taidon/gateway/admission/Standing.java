package io.taidon.gateway.admission;

import io.taidon.gateway.admission.Refusal.Reason;
import java.util.Optional;

/**
 * What is remembered of one source, at one moment: a token bucket, a circuit breaker over failures,
 * and a recent success that exempts from the first. A value; times are nanoseconds from a common
 * origin, never negative, and only grow.
 *
 * @param tokens left in the bucket when last looked at
 * @param seenAt when that was
 * @param failures since the window began
 * @param windowEnds when they stop to count; 0 if there are none
 * @param blockedUntil when the breaker closes again; 0 if it never opened
 * @param trustedUntil when a success is forgotten; 0 if there was none
 */
record Standing(
    double tokens,
    long seenAt,
    int failures,
    long windowEnds,
    long blockedUntil,
    long trustedUntil) {

  /** Of somebody new. */
  static Standing fresh(Limits limits, long now) {
    return new Standing(limits.burst(), now, 0, 0, 0, 0);
  }

  /**
   * A standing after an attempt, and whether that was allowed.
   *
   * @param refusal empty if it was; otherwise the standing is as before
   */
  record Attempt(Standing after, Optional<Refusal> refusal) {}

  Attempt attempt(Limits limits, long now) {
    Optional<Refusal> blocked = blocked(now);
    if (blocked.isPresent()) {
      return new Attempt(this, blocked);
    }
    double available = available(limits, now);
    if (isTrusted(now)) {
      return new Attempt(seen(available, now), Optional.empty());
    }
    if (available < 1) {
      long nanos = (long) Math.ceil((1 - available) * 1e9 / limits.perSecond());
      return new Attempt(this, Optional.of(Refusal.until(Reason.RATE, nanos)));
    }
    return new Attempt(seen(available - 1, now), Optional.empty());
  }

  /** The refusal of everything, while the breaker is open. */
  Optional<Refusal> blocked(long now) {
    return now < blockedUntil
        ? Optional.of(Refusal.until(Reason.FAILURES, blockedUntil - now))
        : Optional.empty();
  }

  boolean isTrusted(long now) {
    return now < trustedUntil;
  }

  Standing succeeded(Limits limits, long now) {
    double back = Math.min(limits.burst(), available(limits, now) + 1);
    return new Standing(back, now, 0, 0, blockedUntil, now + limits.trust().toNanos());
  }

  Standing failed(Limits limits, long now) {
    boolean sameWindow = now < windowEnds;
    int count = sameWindow ? failures + 1 : 1;
    long ends = sameWindow ? windowEnds : now + limits.window().toNanos();
    int most = isTrusted(now) ? limits.trustedFailures() : limits.failures();
    double left = available(limits, now);
    return count < most
        ? new Standing(left, now, count, ends, blockedUntil, trustedUntil)
        : new Standing(left, now, 0, 0, now + limits.block().toNanos(), trustedUntil);
  }

  private double available(Limits limits, long now) {
    return Math.min(limits.burst(), tokens + (now - seenAt) * 1e-9 * limits.perSecond());
  }

  private Standing seen(double left, long now) {
    return new Standing(left, now, failures, windowEnds, blockedUntil, trustedUntil);
  }
}
