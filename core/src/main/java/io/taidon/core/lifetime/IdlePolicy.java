package io.taidon.core.lifetime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When an instance is idle. Pure.
 *
 * <p>An open session keeps it awake, whether or not it asks for anything, but not for ever: a pool
 * that is never closed, or a terminal that somebody forgot, counts until it has been silent for
 * {@code session}.
 *
 * @param timeout how long nothing may happen while no session is open; zero is never idle
 * @param session how long open sessions may all be silent, where that is longer; zero is for ever
 */
public record IdlePolicy(Duration timeout, Duration session) {

  /** When the instance will be idle if nothing happens; empty for never. */
  public Optional<Instant> idleAt(Usage usage, Instant now) {
    if (timeout.isZero() || (usage.sessions() > 0 && session.isZero())) {
      return Optional.empty();
    }
    boolean sessionsCount = usage.sessions() > 0 && session.compareTo(timeout) > 0;
    Instant last = usage.lastActivity().isAfter(now) ? now : usage.lastActivity();
    return Optional.of(last.plus(sessionsCount ? session : timeout));
  }
}
