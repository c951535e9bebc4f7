package io.taidon.core.lifetime;

import java.time.Duration;
import java.time.Instant;

/**
 * Tells when the clock jumped: the machine slept, or its time was set. Then no end that lies in the
 * jump could be announced, so nothing ends for a while. Not thread-safe.
 */
public final class ClockJumps {
  /** More than the clock's correction, less than anybody would call a jump. */
  private static final Duration TOLERANCE = Duration.ofSeconds(30);

  private final Duration grace;
  private boolean seen;
  private Instant lastTime = Instant.EPOCH;
  private long lastNanos;
  private long graceFrom;
  private boolean inGrace;

  /**
   * @param grace how long nothing ends after a jump forward
   */
  public ClockJumps(Duration grace) {
    this.grace = grace;
  }

  /**
   * Looks at both clocks; call often.
   *
   * @param time the time of day
   * @param nanos a clock that counts only while the machine runs, in nanoseconds
   * @return whether a jump was found just now
   */
  public boolean look(Instant time, long nanos) {
    Duration byDay = Duration.between(lastTime, time);
    Duration byRunning = Duration.ofNanos(nanos - lastNanos);
    boolean jumped = seen && byDay.minus(byRunning).compareTo(TOLERANCE) > 0;
    seen = true;
    lastTime = time;
    lastNanos = nanos;
    if (jumped) {
      inGrace = true;
      graceFrom = nanos;
    } else if (inGrace && nanos - graceFrom >= grace.toNanos()) {
      inGrace = false;
    }
    return jumped;
  }

  /** Whether nothing may end now, as far as the last look says. */
  public boolean isInGrace() {
    return inGrace;
  }
}
