package io.taidon.engine.psql;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The options of psql (its manual page, "Options") and what each means to a prepare.
 *
 * @param letter the short option; {@code --csv} and {@code --help} have none of their own
 * @param takesValue whether a value follows
 * @param use what a prepare does with it
 * @param reason why it is refused; empty for the others
 */
record PsqlOption(String letter, boolean takesValue, Use use, String reason) {

  /** What a prepare does with an option. */
  enum Use {
    FILE,
    COMMAND,
    VARIABLE,
    SINGLE_TRANSACTION,
    /** Changes what is printed, not what is made. */
    PASSED_ON,
    CONNECTION,
    REFUSED
  }

  private static final Map<String, PsqlOption> SHORT = new HashMap<>();
  private static final Map<String, PsqlOption> LONG = new HashMap<>();

  static {
    option("f", true, Use.FILE, "", "file");
    option("c", true, Use.COMMAND, "", "command");
    option("v", true, Use.VARIABLE, "", "set", "variable");
    option("1", false, Use.SINGLE_TRANSACTION, "", "single-transaction");
    option("a", false, Use.PASSED_ON, "", "echo-all");
    option("A", false, Use.PASSED_ON, "", "no-align");
    option("b", false, Use.PASSED_ON, "", "echo-errors");
    option("e", false, Use.PASSED_ON, "", "echo-queries");
    option("E", false, Use.PASSED_ON, "", "echo-hidden");
    option("F", true, Use.PASSED_ON, "", "field-separator");
    option("H", false, Use.PASSED_ON, "", "html");
    option("n", false, Use.PASSED_ON, "", "no-readline");
    option("P", true, Use.PASSED_ON, "", "pset");
    option("q", false, Use.PASSED_ON, "", "quiet");
    option("R", true, Use.PASSED_ON, "", "record-separator");
    option("t", false, Use.PASSED_ON, "", "tuples-only");
    option("T", true, Use.PASSED_ON, "", "table-attr");
    option("x", false, Use.PASSED_ON, "", "expanded");
    option("X", false, Use.PASSED_ON, "", "no-psqlrc");
    option("z", false, Use.PASSED_ON, "", "field-separator-zero");
    option("0", false, Use.PASSED_ON, "", "record-separator-zero");
    LONG.put("csv", new PsqlOption("--csv", false, Use.PASSED_ON, ""));
    option("d", true, Use.CONNECTION, "", "dbname");
    option("h", true, Use.CONNECTION, "", "host");
    option("p", true, Use.CONNECTION, "", "port");
    option("U", true, Use.CONNECTION, "", "username");
    option("w", false, Use.CONNECTION, "", "no-password");
    option("W", false, Use.CONNECTION, "", "password");
    option("l", false, Use.REFUSED, "it lists databases and runs no script", "list");
    option("L", true, Use.REFUSED, "it writes a log file beside the database", "log-file");
    option("o", true, Use.REFUSED, "it writes a file beside the database", "output");
    option("s", false, Use.REFUSED, "it asks before each command", "single-step");
    option("S", false, Use.REFUSED, "it lets line breaks end statements", "single-line");
    option("V", false, Use.REFUSED, "it prints psql's version and runs no script", "version");
    option("?", false, Use.REFUSED, "it prints psql's help and runs no script", "help");
  }

  private static void option(
      String letter, boolean takesValue, Use use, String reason, String... longNames) {
    PsqlOption option = new PsqlOption(letter, takesValue, use, reason);
    SHORT.put(letter, option);
    for (String name : longNames) {
      LONG.put(name, option);
    }
  }

  static Optional<PsqlOption> ofLetter(char letter) {
    return Optional.ofNullable(SHORT.get(String.valueOf(letter)));
  }

  static Optional<PsqlOption> ofLongName(String name) {
    return Optional.ofNullable(LONG.get(name));
  }
}
