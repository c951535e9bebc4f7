package io.taidon.core.lifetime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an installation grants of a kind of time, such as the time to live: a default, and the most
 * that can be wished for. Zero always means "without end".
 *
 * @param standard what is granted where nothing is wished
 * @param longest the most that is granted; zero is no bound
 */
public record TimeLimit(Duration standard, Duration longest) {

  /** What is granted: the wish or the default, and at most the longest. */
  public Duration granted(Optional<Duration> wish) {
    Duration time = wish.orElse(standard);
    return isBeyond(time) ? longest : time;
  }

  /** Whether a time is longer than the longest. No end is not: it means as long as is allowed. */
  public boolean isTooLong(Duration wish) {
    return !wish.isZero() && isBeyond(wish);
  }

  /** When what is granted is over; empty for never. */
  public Optional<Instant> end(Instant from, Optional<Duration> wish) {
    Duration time = granted(wish);
    return time.isZero() ? Optional.empty() : Optional.of(from.plus(time));
  }

  private boolean isBeyond(Duration time) {
    return !longest.isZero() && (time.isZero() || time.compareTo(longest) > 0);
  }
}
