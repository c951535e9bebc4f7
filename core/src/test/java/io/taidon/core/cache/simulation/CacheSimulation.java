package io.taidon.core.cache.simulation;

import io.taidon.core.cache.simulation.Simulation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints the table of {@code docs/state-cache-design.md}, or the same of recorded traces whose
 * files are given as arguments. {@code scripts/simulate-cache} runs it.
 */
public final class CacheSimulation {
  private static final double[] SIZES = {0.05, 0.15, 0.40};

  private CacheSimulation() {}

  public static void main(String[] args) throws IOException {
    System.out.println(
        "Rebuild seconds (hit rate), first builds included; the cache holds so much of all states of the trace.");
    System.out.println();
    System.out.println(
        "| Trace | Cache | LRU | LFU | GDSF | ours | clairvoyant | no limit | ours / LRU |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (Trace trace : wanted(args)) {
      for (double size : SIZES) {
        System.out.println(row(trace, size));
      }
    }
  }

  private static List<Trace> wanted(String[] files) throws IOException {
    if (files.length == 0) {
      return Traces.all();
    }
    List<Trace> traces = new ArrayList<>();
    for (String file : files) {
      traces.add(RecordedTrace.of(Path.of(file)).trace());
    }
    return traces;
  }

  static List<Outcome> outcomes(Trace trace, double size) {
    long capacity = (long) (trace.distinctBytes() * size);
    List<Outcome> outcomes = new ArrayList<>();
    Contenders.online()
        .forEach(contender -> outcomes.add(Simulation.run(trace, contender.get(), capacity)));
    outcomes.add(Simulation.run(trace, Contenders.clairvoyant(trace), capacity));
    outcomes.add(Simulation.run(trace, Contenders.online().getFirst().get(), Long.MAX_VALUE));
    return outcomes;
  }

  private static String row(Trace trace, double size) {
    StringBuilder row =
        new StringBuilder("| " + trace.name() + " | " + Math.round(size * 100) + " % |");
    List<Outcome> outcomes = outcomes(trace, size);
    for (Outcome outcome : outcomes) {
      row.append(
          String.format(" %.0f (%.0f %%) |", outcome.rebuildSeconds(), outcome.hits() * 100));
    }
    return row.append(
            String.format(
                " %.2f |", outcomes.get(3).rebuildSeconds() / outcomes.get(0).rebuildSeconds()))
        .toString();
  }
}
