package io.taidon.cli.output;

/** Texts cut to a width, counted in UTF-16 units. */
public final class Truncation {
  private static final String GAP = " ... ";

  private Truncation() {}

  /** Keeps the beginning and the end. */
  public static String middle(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int kept = Math.max(2, width - GAP.length());
    int head = (kept + 1) / 2;
    return text.substring(0, head) + GAP + text.substring(text.length() - (kept - head));
  }

  /** Keeps the beginning. */
  public static String end(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width));
  }
}
