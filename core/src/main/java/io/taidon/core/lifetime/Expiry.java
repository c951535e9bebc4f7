package io.taidon.core.lifetime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When an instance expires. Pure.
 *
 * @param stored the end that is written down; empty for never
 * @param sinceUse how long it lives on after each use, where use puts the end off
 */
public record Expiry(Optional<Instant> stored, Optional<Duration> sinceUse) {
  /** So many times during such a life a later end is worth being written down. */
  private static final int WRITES = 30;

  /** The end, with what its last use puts it off to. */
  public Optional<Instant> at(Instant lastUse) {
    return stored.map(end -> putOff(lastUse).filter(end::isBefore).orElse(end));
  }

  /** Whether the written end is so far behind that it is worth being written again. */
  public boolean isStale(Instant lastUse) {
    return stored.isPresent()
        && putOff(lastUse)
            .filter(end -> end.isAfter(stored.get().plus(sinceUse.get().dividedBy(WRITES))))
            .isPresent();
  }

  /** Whether it is over at this moment. */
  public boolean isOver(Instant lastUse, Instant now) {
    return at(lastUse).filter(end -> !now.isBefore(end)).isPresent();
  }

  private Optional<Instant> putOff(Instant lastUse) {
    return sinceUse.filter(Duration::isPositive).map(lastUse::plus);
  }
}
