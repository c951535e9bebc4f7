package io.taidon.engine.psql;

import io.taidon.engine.psql.PsqlVariables.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A backslash command with its arguments, read as psql reads them ({@code psqlscanslash.l}, options
 * of type OT_NORMAL): quotes, escapes, variables, backticks.
 *
 * @param name without the backslash; empty for a lone one
 * @param arguments in order; empty for a command that takes the whole line
 * @param wholeLine what follows the name, of a command that takes the whole line
 * @param length of the command, with its backslash and a closing {@code \\}, in bytes
 */
record SlashCommand(String name, List<Argument> arguments, String wholeLine, int length) {
  private static final Set<String> WHOLE_LINE =
      Set.of("!", "ef", "ev", "sf", "sf+", "sv", "sv+", "h", "help");
  private static final Set<String> PIPES = Set.of("g", "gx", "o", "out", "w", "write");

  /**
   * @param value after quotes and variables are resolved
   * @param backtick whether the shell is asked for a part of it
   * @param start offset in the command's text
   * @param end offset after it
   */
  record Argument(Value value, boolean backtick, int start, int end) {

    /** The value, or the empty string if it is not known. */
    String text() {
      return value instanceof Value.Known known ? known.text() : "";
    }

    boolean isKnown() {
      return value instanceof Value.Known;
    }
  }

  /**
   * Reads the command at the beginning of {@code text}.
   *
   * @param text the rest of a line, from the backslash
   */
  static SlashCommand read(String text, PsqlVariables variables) {
    int at = 1;
    while (at < text.length() && !ByteText.isSpace(text.charAt(at)) && text.charAt(at) != '\\') {
      at++;
    }
    String name = text.substring(1, at);
    if (name.equalsIgnoreCase("copy") || WHOLE_LINE.contains(name)) {
      return new SlashCommand(name, List.of(), text.substring(at), text.length());
    }
    List<Argument> arguments = new ArrayList<>();
    while (true) {
      at = skipSpace(text, at);
      if (at >= text.length() || text.charAt(at) == '\\') {
        break;
      }
      if (text.charAt(at) == '|' && PIPES.contains(name)) {
        arguments.add(new Argument(new Value.Known(text.substring(at)), false, at, text.length()));
        at = text.length();
        break;
      }
      ArgumentReader reader = new ArgumentReader(text, at, variables);
      if (!reader.read()) {
        at = text.length();
        break;
      }
      arguments.add(reader.argument());
      at = reader.end();
    }
    if (text.startsWith("\\\\", at)) {
      at += 2;
    }
    return new SlashCommand(name, List.copyOf(arguments), "", at);
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && ByteText.isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  boolean hasBacktick() {
    return arguments.stream().anyMatch(Argument::backtick);
  }

  private static final class ArgumentReader {
    private final String text;
    private final int start;
    private final PsqlVariables variables;
    private final StringBuilder value = new StringBuilder();
    private String unknown = "";
    private boolean backtick;
    private int at;
    private int unquotedAtEnd;

    ArgumentReader(String text, int start, PsqlVariables variables) {
      this.text = text;
      this.start = start;
      this.variables = variables;
      this.at = start;
    }

    int end() {
      return at;
    }

    /** False if a quote is not closed on the line; psql then sees no argument. */
    boolean read() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (ByteText.isSpace(c) || c == '\\') {
          break;
        }
        boolean closed = true;
        switch (c) {
          case '\'' -> closed = singleQuoted();
          case '"' -> closed = verbatim('"');
          case '`' -> closed = backticked();
          case ':' -> variable();
          default -> plain();
        }
        if (!closed) {
          return false;
        }
      }
      return true;
    }

    Argument argument() {
      while (unquotedAtEnd-- > 0 && !value.isEmpty() && value.charAt(value.length() - 1) == ';') {
        value.setLength(value.length() - 1);
      }
      Value result =
          unknown.isEmpty() ? new Value.Known(value.toString()) : new Value.Unknown(unknown);
      return new Argument(result, backtick, start, at);
    }

    private void plain() {
      value.append(text.charAt(at++));
      unquotedAtEnd++;
    }

    private boolean verbatim(char quote) {
      int close = text.indexOf(quote, at + 1);
      if (close < 0) {
        return false;
      }
      value.append(text, at, close + 1);
      at = close + 1;
      unquotedAtEnd = 0;
      return true;
    }

    private boolean backticked() {
      int close = text.indexOf('`', at + 1);
      if (close < 0) {
        return false;
      }
      backtick = true;
      unknown = "comes from a shell command";
      at = close + 1;
      unquotedAtEnd = 0;
      return true;
    }

    private boolean singleQuoted() {
      unquotedAtEnd = 0;
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '\'') {
          if (at >= text.length() || text.charAt(at) != '\'') {
            return true;
          }
          at++;
          value.append('\'');
        } else if (c == '\\' && at < text.length()) {
          escape();
        } else {
          value.append(c);
        }
      }
      return false;
    }

    private void escape() {
      char c = text.charAt(at++);
      switch (c) {
        case 'n' -> value.append('\n');
        case 't' -> value.append('\t');
        case 'b' -> value.append('\b');
        case 'r' -> value.append('\r');
        case 'f' -> value.append('\f');
        case '0', '1', '2', '3', '4', '5', '6', '7' -> number(at - 1, 8, 3);
        case 'x' -> {
          if (at < text.length() && Character.digit(text.charAt(at), 16) >= 0) {
            number(at, 16, 2);
          } else {
            value.append('x');
          }
        }
        default -> value.append(c);
      }
    }

    private void number(int from, int radix, int maxDigits) {
      int code = 0;
      int i = from;
      while (i < text.length()
          && i < from + maxDigits
          && text.charAt(i) < 0x80
          && Character.digit(text.charAt(i), radix) >= 0) {
        code = code * radix + Character.digit(text.charAt(i++), radix);
      }
      value.append((char) (code & 0xff));
      at = i;
    }

    private void variable() {
      int first = at + 1;
      char mark = first < text.length() ? text.charAt(first) : ' ';
      if (mark == '\'' || mark == '"') {
        int end = variableEnd(first + 1);
        if (end > first + 1 && end < text.length() && text.charAt(end) == mark) {
          append(variables.get(text.substring(first + 1, end)), mark, at, end + 1);
          return;
        }
      } else if (text.startsWith("{?", first)) {
        int end = variableEnd(first + 2);
        if (end > first + 2 && end < text.length() && text.charAt(end) == '}') {
          test(variables.get(text.substring(first + 2, end)));
          at = end + 1;
          return;
        }
      } else {
        int end = variableEnd(first);
        if (end > first) {
          append(variables.get(text.substring(first, end)), ' ', at, end);
          return;
        }
      }
      plain();
    }

    private int variableEnd(int from) {
      int end = from;
      while (end < text.length() && ByteText.isVariableCharacter(text.charAt(end))) {
        end++;
      }
      return end;
    }

    private void append(Value found, char quote, int from, int end) {
      switch (found) {
        case Value.Known known -> value.append(quoted(known.text(), quote));
        case Value.Unset unset -> value.append(text, from, end);
        case Value.Unknown why -> unknown = why.why();
      }
      at = end;
      unquotedAtEnd = 0;
    }

    private String quoted(String plain, char quote) {
      if (quote == ' ') {
        return plain;
      }
      if (plain.indexOf('\\') >= 0) {
        unknown = "is quoted in a way that depends on the server";
      }
      String mark = String.valueOf(quote);
      return mark + plain.replace(mark, mark + mark) + mark;
    }

    private void test(Value found) {
      switch (found) {
        case Value.Known known -> value.append("TRUE");
        case Value.Unset unset -> value.append("FALSE");
        case Value.Unknown why -> unknown = why.why();
      }
      unquotedAtEnd = 0;
    }
  }
}
