package io.taidon.core.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code key: value} lines in order. */
final class TextReader {
  private final String[] lines;
  private int next = 1;

  TextReader(String text, String firstLine) {
    lines = text.split("\n", -1);
    if (!lines[0].equals(firstLine)) {
      throw new IllegalArgumentException("it does not begin with the line: " + firstLine);
    }
  }

  /** The value of the next line, if it has this key. */
  Optional<String> next(String key) {
    if (next < lines.length && lines[next].startsWith(key + ": ")) {
      return Optional.of(unescape(lines[next++].substring(key.length() + 2)));
    }
    return Optional.empty();
  }

  String require(String key) {
    return next(key)
        .orElseThrow(() -> new IllegalArgumentException("line " + (next + 1) + " is not: " + key));
  }

  /** The values of all lines with this key that come next. */
  List<String> all(String key) {
    List<String> values = new ArrayList<>();
    for (Optional<String> value = next(key); value.isPresent(); value = next(key)) {
      values.add(value.get());
    }
    return values;
  }

  void requireEnd() {
    if (next < lines.length - 1 || (next == lines.length - 1 && !lines[next].isEmpty())) {
      throw new IllegalArgumentException("line " + (next + 1) + " is not known");
    }
  }

  private static String unescape(String value) {
    if (value.indexOf('\\') < 0) {
      return value;
    }
    StringBuilder plain = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      if (++i == value.length()) {
        throw new IllegalArgumentException("a backslash at the end");
      }
      plain.append(
          switch (value.charAt(i)) {
            case '\\' -> '\\';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw new IllegalArgumentException("an unknown escape");
          });
    }
    return plain.toString();
  }
}
