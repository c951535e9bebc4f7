package io.taidon.engine.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of one thing measured many times, in milliseconds. Thread-safe. */
final class Samples {
  private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());

  void add(double sample) {
    millis.add(sample);
  }

  /** Adds what passed since {@link System#nanoTime()} was {@code begin}. */
  void addSince(long begin) {
    add((System.nanoTime() - begin) / 1e6);
  }

  boolean isEmpty() {
    return millis.isEmpty();
  }

  double p50() {
    return quantile(0.5);
  }

  double p95() {
    return quantile(0.95);
  }

  /** The smallest sample that is not below {@code share} of all (nearest rank). */
  private double quantile(double share) {
    List<Double> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.max(rank, 1) - 1);
  }
}
