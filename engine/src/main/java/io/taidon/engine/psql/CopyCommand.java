package io.taidon.engine.psql;

import java.util.Locale;
import java.util.Optional;

/**
 * The arguments of {@code \copy}, read as psql reads them ({@code parse_slash_copy} in its {@code
 * copy.c}), which differs from how it reads other commands: no variables, no backticks, the whole
 * line.
 *
 * @param from whether data goes into the database
 * @param target where data comes from or goes to
 */
record CopyCommand(boolean from, Target target) {

  /** The other end of a copy. */
  sealed interface Target {
    /** {@code stdin} or {@code stdout}: the script itself. */
    record Script() implements Target {}

    /** {@code pstdin} or {@code pstdout}: psql's own standard input. */
    record Terminal() implements Target {}

    record Program() implements Target {}

    /**
     * A file.
     *
     * @param name its name as {@link ByteText}
     * @param start offset of its spelling in the arguments
     * @param end offset after it
     */
    record File(String name, int start, int end) implements Target {}
  }

  /** Reads the arguments; empty if psql would call them a syntax error. */
  static Optional<CopyCommand> read(String arguments) {
    return new Reader(arguments).command();
  }

  private static final class Reader {
    private final String text;
    private int start;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Optional<CopyCommand> command() {
      String token = next(".,()", "\"");
      if (is(token, "binary")) {
        token = next(".,()", "\"");
      }
      if (token.startsWith("(")) {
        skipQuery();
      }
      token = next(".,()", "\"");
      if (token.startsWith(".")) {
        next(".,()", "\"");
        token = next(".,()", "\"");
      }
      if (token.startsWith("(")) {
        while (!token.isEmpty() && !token.startsWith(")")) {
          token = next("()", "\"");
        }
        token = next(".,()", "\"");
      }
      if (!is(token, "from") && !is(token, "to")) {
        return Optional.empty();
      }
      boolean from = is(token, "from");
      String target = next(";", "'");
      return target.isEmpty() ? Optional.empty() : Optional.of(new CopyCommand(from, of(target)));
    }

    private void skipQuery() {
      int depth = 1;
      String token = "(";
      while (depth > 0 && !token.isEmpty()) {
        token = next("()", "\"'");
        depth += token.startsWith("(") ? 1 : token.startsWith(")") ? -1 : 0;
      }
    }

    private Target of(String token) {
      return switch (token.toLowerCase(Locale.ROOT)) {
        case "program" -> new Target.Program();
        case "stdin", "stdout" -> new Target.Script();
        case "pstdin", "pstdout" -> new Target.Terminal();
        default -> new Target.File(unquoted(token), start, at);
      };
    }

    private static String unquoted(String token) {
      if (!token.startsWith("'")) {
        return token;
      }
      int end = token.length() > 1 && token.endsWith("'") ? token.length() - 1 : token.length();
      return token.substring(1, end).replace("''", "'");
    }

    private static boolean is(String token, String keyword) {
      return token.equalsIgnoreCase(keyword);
    }

    /** The next token; empty at the end. Delimiters are tokens by themselves. */
    private String next(String delimiters, String quotes) {
      while (at < text.length() && isSpace(text.charAt(at))) {
        at++;
      }
      start = at;
      if (at >= text.length()) {
        return "";
      }
      char first = text.charAt(at);
      if (delimiters.indexOf(first) >= 0) {
        at++;
      } else if (quotes.indexOf(first) >= 0) {
        skipQuoted(first);
      } else {
        while (at < text.length()
            && !isSpace(text.charAt(at))
            && delimiters.indexOf(text.charAt(at)) < 0
            && quotes.indexOf(text.charAt(at)) < 0) {
          at++;
        }
      }
      return text.substring(start, at);
    }

    private void skipQuoted(char quote) {
      at++;
      while (at < text.length()) {
        if (text.charAt(at++) == quote) {
          if (at >= text.length() || text.charAt(at) != quote) {
            return;
          }
          at++;
        }
      }
    }

    private static boolean isSpace(char c) {
      return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
  }
}
