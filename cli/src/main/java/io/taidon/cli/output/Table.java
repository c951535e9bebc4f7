package io.taidon.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in columns, one row a line, never wrapped, one space between columns. */
public final class Table {
  private static final int NON_TERMINAL_BUDGET = 96;
  private static final int MIN_FLEXIBLE = 16;
  private static final int MAX_FLEXIBLE = 48;
  private static final String GAP = " ";

  private final List<String> columns;
  private final int flexibleColumn;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param flexibleColumn the column that is cut to fit, or -1
   */
  public Table(List<String> columns, String flexibleColumn) {
    this.columns = columns;
    this.flexibleColumn = columns.indexOf(flexibleColumn);
  }

  public void add(String... cells) {
    rows.add(Arrays.stream(cells).map(Table::oneLine).toList());
  }

  /**
   * How wide a line may be.
   *
   * @param terminalColumns the terminal's width, where there is one
   * @param isWide nothing is cut
   */
  public record Fit(boolean isTerminal, int terminalColumns, boolean isWide) {}

  public void print(PrintStream out, boolean withHeader, Fit fit) {
    List<List<String>> lines = new ArrayList<>();
    if (withHeader) {
      lines.add(columns);
    }
    lines.addAll(fitted(fit));
    int[] widths = widths(lines);
    for (List<String> line : lines) {
      out.println(join(line, widths));
    }
  }

  private List<List<String>> fitted(Fit fit) {
    if (fit.isWide() || flexibleColumn < 0) {
      return rows;
    }
    int budget = flexibleWidth(fit);
    return rows.stream()
        .map(row -> {
          List<String> cut = new ArrayList<>(row);
          cut.set(flexibleColumn, Truncation.middle(row.get(flexibleColumn), budget));
          return cut;
        })
        .toList();
  }

  private int flexibleWidth(Fit fit) {
    if (!fit.isTerminal()) {
      return NON_TERMINAL_BUDGET;
    }
    List<List<String>> all = new ArrayList<>(rows);
    all.add(columns);
    int[] widths = widths(all);
    int others = Arrays.stream(widths).sum() - widths[flexibleColumn];
    int left = fit.terminalColumns() - others - GAP.length() * (columns.size() - 1);
    return Math.clamp(left, MIN_FLEXIBLE, MAX_FLEXIBLE);
  }

  private int[] widths(List<List<String>> lines) {
    int[] widths = new int[columns.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return widths;
  }

  private static String join(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : GAP).append(cells.get(i));
      line.repeat(' ', widths[i] - cells.get(i).length());
    }
    return line.toString().stripTrailing();
  }

  /** Control characters would let a script's text repaint the terminal. */
  private static String oneLine(String text) {
    return text.chars().anyMatch(Character::isISOControl)
        ? text.replaceAll("\\p{Cntrl}+", " ")
        : text;
  }
}
