package io.taidon.e2e.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Milliseconds from the request until each stage, by the client's clock or as a status says. */
final class Round {
  private final long start = System.nanoTime();
  private final Map<String, Long> stages = new LinkedHashMap<>();

  /** Notes that a stage is reached now; the first time counts. Thread-safe. */
  synchronized void reach(String stage) {
    stages.putIfAbsent(stage, (System.nanoTime() - start) / 1_000_000);
  }

  /** Notes a figure that somebody else measured. Thread-safe. */
  synchronized void note(String stage, long millis) {
    stages.putIfAbsent(stage, millis);
  }

  synchronized Map<String, Long> stages() {
    return new LinkedHashMap<>(stages);
  }
}
