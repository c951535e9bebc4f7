package io.taidon.gateway.admission;

import java.util.concurrent.ConcurrentHashMap;

/** Counts places in use by key, up to a limit. Keys without any are not kept. Thread-safe. */
final class Headcount<K> {
  private final ConcurrentHashMap<K, Integer> counts = new ConcurrentHashMap<>();

  /** Takes one place more, unless that would be more than allowed. */
  boolean take(K key, int most) {
    Outcome outcome = new Outcome();
    counts.compute(
        key,
        (same, before) -> {
          int now = before == null ? 0 : before;
          outcome.taken = now < most;
          int after = outcome.taken ? now + 1 : now;
          return after == 0 ? null : Integer.valueOf(after);
        });
    return outcome.taken;
  }

  void giveBack(K key) {
    counts.computeIfPresent(
        key, (same, before) -> before == 1 ? null : Integer.valueOf(before - 1));
  }

  int of(K key) {
    return counts.getOrDefault(key, 0);
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  private static final class Outcome {
    boolean taken;
  }
}
