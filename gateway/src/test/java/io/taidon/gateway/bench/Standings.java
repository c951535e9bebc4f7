package io.taidon.gateway.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The turns of all contenders with one load. */
final class Standings {
  private final Load load;
  private final Map<String, List<Turn>> turns = new LinkedHashMap<>();

  Standings(Load load) {
    this.load = load;
  }

  /** Gives a contender its line; they are printed in this order. */
  void announce(Contender contender) {
    turns.put(contender.name(), new ArrayList<>());
  }

  void add(Contender contender, Turn turn) {
    turns.get(contender.name()).add(turn);
  }

  /** The medians of all, beside those of the first contender. */
  void print() {
    System.out.println();
    System.out.printf(
        "%-44s %10s %9s %9s %9s %9s %9s  %s%n",
        load.title(), load.unit(), "vs direct", "p50 us", "p99 us", "+p50", "+p99", "cpu us/each");
    String first = turns.keySet().iterator().next();
    turns.forEach((name, each) -> {
      double p50 = median(name, Turn::p50);
      double p99 = median(name, Turn::p99);
      System.out.printf(
          Locale.ROOT,
          "  %-42s %10.0f %8.2fx %9.0f %9.0f %9.0f %9.0f  %9.1f%n",
          name,
          median(name, Turn::rate),
          ratio(name, List.of(first)),
          p50,
          p99,
          p50 - median(first, Turn::p50),
          p99 - median(first, Turn::p99),
          median(name, Turn::cpu));
    });
  }

  /**
   * How fast one was beside the best of some others: the median of the ratios of each round, which
   * a noise that lasts for a round does not move.
   */
  double ratio(String name, List<String> others) {
    List<Turn> own = turns.getOrDefault(name, List.of());
    double[] ratios = new double[own.size()];
    for (int i = 0; i < ratios.length; i++) {
      int round = i;
      double best =
          others.stream().mapToDouble(other -> turns.get(other).get(round).rate()).max().orElse(0);
      ratios[i] = own.get(i).rate() / best;
    }
    return median(ratios);
  }

  /** The processor time of one and of some others, for who wonders where a difference is from. */
  String costs(String name, List<String> others) {
    StringBuilder costs = new StringBuilder("cpu us/each: ");
    costs.append(String.format(Locale.ROOT, "%.1f", median(name, Turn::cpu)));
    for (String other : others) {
      costs.append(String.format(Locale.ROOT, ", %s %.1f", other, median(other, Turn::cpu)));
    }
    return costs.toString();
  }

  boolean has(String name) {
    return turns.containsKey(name);
  }

  private double median(String name, ToDoubleFunction<Turn> figure) {
    return median(turns.get(name).stream().mapToDouble(figure).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? 0
        : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
