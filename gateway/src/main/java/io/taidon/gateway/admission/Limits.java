package io.taidon.gateway.admission;

import java.time.Duration;

/**
 * How often something may be tried.
 *
 * @param perSecond what comes back each second
 * @param burst how many may be tried at once after a rest
 * @param failures how many may fail within the window before all are refused for a while
 * @param trustedFailures the same for those who succeeded not long ago: more, for their neighbours
 *     behind the same address make mistakes, but not without end, for some of those guess
 * @param window how long failures count, from the first one
 * @param block how long all are refused then
 * @param trust how long a success exempts from the rate
 */
public record Limits(
    double perSecond,
    int burst,
    int failures,
    int trustedFailures,
    Duration window,
    Duration block,
    Duration trust) {
  public Limits {
    if (!(perSecond > 0) || burst < 1 || failures < 1 || trustedFailures < failures) {
      throw new IllegalArgumentException("limits must be positive, and trust must not hurt");
    }
  }

  /** Of one address with one instance. */
  public static Limits standardForPair() {
    return new Limits(
        20, 200, 10, 100, Duration.ofSeconds(150), Duration.ofSeconds(120), Duration.ofMinutes(10));
  }

  /**
   * Of one address with all instances: an instance can be named in many ways, and each would be a
   * new pair.
   */
  public static Limits standardForAddress() {
    return new Limits(
        20,
        200,
        100,
        1000,
        Duration.ofSeconds(150),
        Duration.ofSeconds(120),
        Duration.ofMinutes(10));
  }

  /** Of one network with cancel requests, where nothing succeeds or fails. */
  public static Limits standardForCancel() {
    return new Limits(10, 20, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO);
  }
}
