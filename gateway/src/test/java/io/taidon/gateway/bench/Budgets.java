package io.taidon.gateway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the figures are held against. */
final class Budgets {
  private final List<String> lines = new ArrayList<>();
  private int missed;

  /**
   * A figure that may not be smaller.
   *
   * @param why said below it if it is
   */
  void atLeast(String what, double figure, double least, String why) {
    add(what, figure, figure >= least, String.format(Locale.ROOT, ">= %.2f", least));
    if (figure < least) {
      lines.add("    " + why);
    }
  }

  /** A figure that may not be larger. */
  void atMost(String what, double figure, double most) {
    add(what, figure, figure <= most, String.format(Locale.ROOT, "<= %.2f", most));
  }

  void skipped(String what, String why) {
    lines.add(String.format(Locale.ROOT, "  %-84s skipped: %s", what, why));
  }

  private void add(String what, double figure, boolean met, String limit) {
    missed += met ? 0 : 1;
    lines.add(
        String.format(
            Locale.ROOT, "  %-84s %8.2f  %-8s %s", what, figure, limit, met ? "met" : "MISSED"));
  }

  void print() {
    System.out.println();
    System.out.println("Budgets");
    lines.forEach(System.out::println);
    System.out.printf("%d budget(s) missed.%n", missed);
  }
}
