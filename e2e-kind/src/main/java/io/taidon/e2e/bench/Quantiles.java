package io.taidon.e2e.bench;

import java.util.List;

/** Quantiles of a few measured times, by the nearest rank. */
record Quantiles(double p50, double p95) {
  static Quantiles of(List<Long> millis) {
    if (millis.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    List<Long> sorted = millis.stream().sorted().toList();
    return new Quantiles(at(sorted, 0.50), at(sorted, 0.95));
  }

  private static double at(List<Long> sorted, double quantile) {
    int rank = (int) Math.ceil(quantile * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }
}
