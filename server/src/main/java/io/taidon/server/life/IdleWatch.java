package io.taidon.server.life;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Decides when nobody needs the server any more: no request for the idle timeout, and nothing in
 * the engine that would be lost or missed.
 */
final class IdleWatch {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Activity activity;
  private final BooleanSupplier engineIsBusy;
  private final Duration timeout;

  /**
   * @param timeout zero for a server that stays
   */
  IdleWatch(Activity activity, BooleanSupplier engineIsBusy, Duration timeout) {
    this.activity = activity;
    this.engineIsBusy = engineIsBusy;
    this.timeout = timeout;
  }

  /** Whether the server may go now. The quiet time starts anew while the engine is busy. */
  boolean isDue() {
    if (timeout.isZero() || activity.quietFor().compareTo(timeout) < 0) {
      return false;
    }
    if (engineIsBusy.getAsBoolean()) {
      activity.touch();
      return false;
    }
    return true;
  }

  /** Returns when {@link #isDue()}. */
  void await() throws InterruptedException {
    while (!isDue()) {
      Thread.sleep(pause());
    }
  }

  private Duration pause() {
    Duration left = timeout.minus(activity.quietFor());
    if (timeout.isZero() || left.compareTo(LONGEST_PAUSE) > 0) {
      return LONGEST_PAUSE;
    }
    return left.isPositive() ? left : Duration.ofMillis(50);
  }
}
