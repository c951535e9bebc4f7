package io.taidon.engine.psql;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what psql writes to standard error with {@code VERBOSITY=verbose}: keeps the last error,
 * and passes on what people want to see. Not thread-safe.
 */
final class PsqlMessages {

  /**
   * An error that psql reported.
   *
   * @param file as psql opened it; empty for {@code -c}
   * @param line the last line of the statement; 0 for {@code -c}
   * @param sqlState empty for an error of psql itself
   */
  record Problem(String file, long line, String sqlState, String text) {}

  private static final Pattern PLACE = Pattern.compile("psql:(?:(.+?):(\\d+): )?\\s*(.*)");

  /** The severity may be translated by the server, so the SQLSTATE tells errors from notices. */
  private static final Pattern SERVER = Pattern.compile("(\\S+):  ([0-9A-Z]{5}): (.*)");

  private static final Pattern SERVER_WITHOUT_STATE =
      Pattern.compile("(?:ERROR|FATAL|PANIC):  (.*)");
  private static final Pattern OWN = Pattern.compile("(?:error|fatal): (.*)");
  private static final Pattern LOCATION = Pattern.compile("LOCATION:  .*, \\S+:\\d+");

  private final Consumer<String> output;
  private Optional<Problem> last = Optional.empty();
  private Optional<Problem> lastOfServer = Optional.empty();
  private String lastLine = "";

  PsqlMessages(Consumer<String> output) {
    this.output = output;
  }

  void line(String line) {
    if (LOCATION.matcher(line).matches()) {
      return;
    }
    if (!line.isBlank()) {
      lastLine = line.strip();
    }
    String file = "";
    long number = 0;
    String text = line;
    Matcher place = PLACE.matcher(line);
    if (place.matches()) {
      file = Optional.ofNullable(place.group(1)).orElse("");
      number = place.group(2) == null ? 0 : parse(place.group(2));
      text = place.group(3);
    }
    output.accept(classify(line, file, number, text));
  }

  private String classify(String line, String file, long number, String text) {
    Matcher server = SERVER.matcher(text);
    if (server.matches()) {
      if (isNotice(server.group(2), server.group(1))) {
        String prefix = line.substring(0, line.length() - text.length());
        return prefix + server.group(1) + ":  " + server.group(3);
      }
      serverProblem(new Problem(file, number, server.group(2), server.group(3)));
      return line;
    }
    Matcher withoutState = SERVER_WITHOUT_STATE.matcher(text);
    Matcher own = OWN.matcher(text);
    if (withoutState.matches()) {
      serverProblem(new Problem(file, number, "", withoutState.group(1)));
    } else if (own.matches()) {
      last = Optional.of(new Problem(file, number, "", own.group(1)));
    }
    return line;
  }

  private void serverProblem(Problem problem) {
    last = Optional.of(problem);
    lastOfServer = last;
  }

  private static boolean isNotice(String sqlState, String severity) {
    return switch (severity) {
      case "NOTICE", "WARNING", "INFO", "LOG", "DEBUG" -> true;
      default -> sqlState.startsWith("00") || sqlState.startsWith("01");
    };
  }

  private static long parse(String digits) {
    return digits.length() > 18 ? 0 : Long.parseLong(digits);
  }

  /** The error that ended psql, as far as can be told: the last one. */
  Optional<Problem> last() {
    return last;
  }

  /** The last error that came from the server. */
  Optional<Problem> lastOfServer() {
    return lastOfServer;
  }

  /** The last line that is not blank, or nothing. */
  String lastLine() {
    return lastLine;
  }
}
