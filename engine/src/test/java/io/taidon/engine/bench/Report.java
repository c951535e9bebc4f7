package io.taidon.engine.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of one run, printed as aligned tables. */
final class Report {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final List<Row> rows = new ArrayList<>();
  private int over;

  /**
   * One line of a table.
   *
   * @param budget what the figure is held against; empty for a floor or a mere fact
   */
  private record Row(String what, String p50, String p95, String budget, String verdict) {}

  /** Begins a table. */
  void section(String title) {
    flush();
    OUT.println();
    OUT.println(title);
  }

  /** A figure without a budget. */
  void fact(String what, Samples samples) {
    row(what, samples, "", "");
  }

  /** A figure whose two percentiles may be at most these multiples of its floor's. */
  void ratio(String what, Samples samples, Samples floor, double p50Budget, double p95Budget) {
    row(what, samples, "", "");
    double p50 = samples.p50() / floor.p50();
    double p95 = samples.p95() / floor.p95();
    rows.add(
        new Row(
            "  times the floor",
            number("%.2fx", p50),
            number("%.2fx", p95),
            number("p50 <= %.1fx", p50Budget) + number(", p95 <= %.1fx", p95Budget),
            verdict(p50 <= p50Budget && p95 <= p95Budget)));
  }

  /** A ratio that is only told. */
  void ratio(String what, Samples samples, Samples floor) {
    row(what, samples, "", "");
    rows.add(
        new Row(
            "  times the floor",
            number("%.2fx", samples.p50() / floor.p50()),
            number("%.2fx", samples.p95() / floor.p95()),
            "",
            ""));
  }

  /** A figure whose median has a limit. */
  void limit(String what, Samples samples, double p50Millis, String budget) {
    row(what, samples, budget, verdict(samples.p50() <= p50Millis));
  }

  void skipped(String what, String why) {
    rows.add(new Row(what, "", "", "skipped: " + why, ""));
  }

  void note(String text) {
    flush();
    OUT.println("  " + text);
  }

  /** How many budgets were not met. */
  int over() {
    flush();
    return over;
  }

  private void row(String what, Samples samples, String budget, String verdict) {
    rows.add(
        new Row(
            what,
            number("%.1f ms", samples.p50()),
            number("%.1f ms", samples.p95()),
            budget,
            verdict));
  }

  private String verdict(boolean met) {
    if (!met) {
      over++;
    }
    return met ? "PASS" : "over";
  }

  private void flush() {
    if (!rows.isEmpty()) {
      print("", "p50", "p95", "budget", "");
      rows.forEach(r -> print(r.what, r.p50, r.p95, r.budget, r.verdict));
      rows.clear();
    }
  }

  private static void print(String what, String p50, String p95, String budget, String verdict) {
    OUT.println(
        String.format(Locale.ROOT, "  %-58s %10s %10s   %-26s %s", what, p50, p95, budget, verdict)
            .stripTrailing());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
