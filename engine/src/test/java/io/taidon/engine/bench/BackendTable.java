package io.taidon.engine.bench;

import io.taidon.engine.bench.Settings.Place;
import io.taidon.engine.snapshot.BackendKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table of one run: backend and size of state, by what was measured, each median with its
 * floor's behind it.
 */
final class BackendTable {
  static final String CLONE = "clone";
  static final String SEAL = "seal";
  static final String DELETE = "delete";
  static final String REQUEST = "request to first row";
  static final String EXCLUSIVE = "exclusive after one row";
  private static final List<String> COLUMNS = List.of(CLONE, SEAL, DELETE, REQUEST, EXCLUSIVE);

  private final Map<Line, Map<String, String>> cells = new LinkedHashMap<>();

  private record Line(BackendKind backend, StateSize size) {}

  /** A figure beside its floor. */
  void put(Place place, StateSize size, String column, Samples figure, Samples floor) {
    put(place, size, column, millis(figure) + " (" + millis(floor) + ")");
  }

  void put(Place place, StateSize size, String column, String text) {
    cells
        .computeIfAbsent(new Line(place.backend(), size), _ -> new LinkedHashMap<>())
        .put(column, text);
  }

  /** As a table of Markdown, for {@code docs/benchmarks.md}. */
  void print(Report report) {
    report.section("Every backend, p50 in ms, the floor's in brackets");
    List<String> head = new ArrayList<>(List.of("backend", "state"));
    head.addAll(COLUMNS);
    report.note(row(head));
    report.note("|---".repeat(head.size()) + "|");
    cells.forEach((line, values) -> {
      List<String> texts =
          new ArrayList<>(List.of(line.backend().wireName(), line.size().wireName()));
      COLUMNS.forEach(column -> texts.add(values.getOrDefault(column, "")));
      report.note(row(texts));
    });
  }

  private static String row(List<String> texts) {
    return "| " + String.join(" | ", texts) + " |";
  }

  private static String millis(Samples samples) {
    double p50 = samples.p50();
    return String.format(Locale.ROOT, p50 < 10 ? "%.1f" : "%.0f", p50);
  }
}
