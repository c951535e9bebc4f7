package io.taidon.core.segment;

import java.nio.charset.StandardCharsets;

/** Writes {@code key: value} lines. */
final class TextLines {
  private final StringBuilder text;

  TextLines(String firstLine) {
    text = new StringBuilder(firstLine).append('\n');
  }

  TextLines add(String key, String value) {
    text.append(key).append(": ").append(escape(value)).append('\n');
    return this;
  }

  boolean fits(int bytes) {
    return text.toString().getBytes(StandardCharsets.UTF_8).length <= bytes;
  }

  /** The value, cut to so many bytes of UTF-8 after escaping, with an ellipsis where it was cut. */
  static String shortened(String value, int bytes) {
    if (escape(value).getBytes(StandardCharsets.UTF_8).length <= bytes) {
      return value;
    }
    int end = Math.min(value.length(), bytes);
    while (escape(value.substring(0, end)).getBytes(StandardCharsets.UTF_8).length > bytes - 3) {
      end = value.offsetByCodePoints(end, -1);
    }
    return value.substring(0, end) + "…";
  }

  private static String escape(String value) {
    return value
        .replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
