package io.taidon.node.upkeep;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/** Since when things are missed. For one thread. */
final class Absences<T> {
  private final Duration grace;
  private final Clock clock;
  private final Map<T, Instant> since = new HashMap<>();

  Absences(Duration grace, Clock clock) {
    this.grace = grace;
    this.clock = clock;
  }

  /** Notes that it is missed, and says whether it has been for the grace time. */
  boolean isLong(T thing) {
    Instant now = clock.instant();
    Instant first = since.computeIfAbsent(thing, _ -> now);
    return !now.isBefore(first.plus(grace));
  }

  void forget(T thing) {
    since.remove(thing);
  }

  /** Forgets everything else. */
  void onlyOf(Collection<T> things) {
    since.keySet().retainAll(new HashSet<>(things));
  }
}
