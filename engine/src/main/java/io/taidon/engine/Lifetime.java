package io.taidon.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * What was wished for the life of an instance; what is absent has the configuration's default. Zero
 * means without end: as long as the configuration allows.
 *
 * @param ttl how long it lives from when this was wished
 * @param idleTimeout after how long without use it is stopped
 */
public record Lifetime(Optional<Duration> ttl, Optional<Duration> idleTimeout) {
  /** No wish. */
  public static final Lifetime STANDARD = new Lifetime(Optional.empty(), Optional.empty());

  public Lifetime {
    ttl.ifPresent(Lifetime::requireNotNegative);
    idleTimeout.ifPresent(Lifetime::requireNotNegative);
  }

  /** The same with another idle timeout. */
  public Lifetime withIdleTimeout(Duration timeout) {
    return new Lifetime(ttl, Optional.of(timeout));
  }

  /** These wishes, and where there is none, those of another. */
  public Lifetime or(Lifetime other) {
    return new Lifetime(ttl.or(other::ttl), idleTimeout.or(other::idleTimeout));
  }

  private static void requireNotNegative(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a time is negative: " + time);
    }
  }
}
