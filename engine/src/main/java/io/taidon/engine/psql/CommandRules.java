package io.taidon.engine.psql;

import io.taidon.engine.psql.SlashCommand.Argument;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which backslash commands a prepare cannot allow, and why: its result must be reproducible. */
final class CommandRules {
  private static final Set<String> CONNINFO_KEYWORDS =
      Set.of("dbname", "user", "application_name", "fallback_application_name", "client_encoding");
  private static final Pattern CONNINFO_KEYWORD =
      Pattern.compile("\\s*([A-Za-z_]+)\\s*=\\s*('(?:[^'\\\\]|\\\\.)*'|[^'\\s]\\S*|)");

  private CommandRules() {}

  /** Why the command is refused, as the end of a sentence; empty if it is allowed. */
  static Optional<String> refusal(SlashCommand command) {
    if (command.hasBacktick()) {
      return Optional.of("runs a shell command (in backticks)");
    }
    List<Argument> arguments = command.arguments();
    return switch (command.name()) {
      case "!" -> Optional.of("runs a shell command");
      case "e", "edit", "ef", "ev" -> Optional.of("opens an editor");
      case "o", "out", "s" -> when(!arguments.isEmpty(), "writes a file");
      case "w", "write", "lo_export" -> Optional.of("writes a file");
      case "g", "gx" -> when(sendsToFile(arguments), "writes a file");
      case "prompt", "password" -> Optional.of("asks somebody");
      case "watch" -> Optional.of("repeats a query over time");
      case "c", "connect" -> connection(arguments);
      case "set" -> singleLine(arguments);
      case "setenv" ->
          when(
              !arguments.isEmpty()
                  && (!arguments.getFirst().isKnown()
                      || arguments.getFirst().text().startsWith("PG")),
              "changes how psql connects");
      default -> Optional.empty();
    };
  }

  private static Optional<String> when(boolean refused, String why) {
    return refused ? Optional.of(why) : Optional.empty();
  }

  /** {@code \g (OPTION=VALUE ...) FILE}: the options in parentheses are fine. */
  private static boolean sendsToFile(List<Argument> arguments) {
    if (arguments.isEmpty()) {
      return false;
    }
    return !arguments.getFirst().text().startsWith("(")
        || !arguments.getLast().text().endsWith(")");
  }

  private static Optional<String> singleLine(List<Argument> arguments) {
    if (arguments.isEmpty()) {
      return Optional.empty();
    }
    String name = arguments.getFirst().text();
    boolean changesReading = name.equals("SINGLELINE") || name.equals("SINGLESTEP");
    boolean off =
        arguments.size() == 2
            && Conditions.evaluate(arguments.subList(1, 2)).equals(Optional.of(false));
    return when(changesReading && !off, "changes how psql reads a script");
  }

  private static Optional<String> connection(List<Argument> given) {
    List<Argument> arguments =
        !given.isEmpty() && given.getFirst().text().startsWith("-reuse-previous")
            ? given.subList(1, given.size())
            : given;
    for (int i = 2; i < arguments.size(); i++) {
      String value = arguments.get(i).text();
      if (!value.equals("-") && !value.isEmpty() && !value.equals("\"\"")) {
        return Optional.of("connects to another server");
      }
    }
    String database =
        arguments.isEmpty() ? "" : ByteText.decode(unquoted(arguments.getFirst().text()));
    boolean uri = database.startsWith("postgres://") || database.startsWith("postgresql://");
    return when(
        uri || (database.contains("=") && !staysOnServer(database)),
        "may connect to another server");
  }

  /** psql takes double quotes off the arguments of {@code \connect}. */
  private static String unquoted(String argument) {
    return argument.replace("\"\"", "\0").replace("\"", "").replace("\0", "\"");
  }

  private static boolean staysOnServer(String conninfo) {
    Matcher matcher = CONNINFO_KEYWORD.matcher(conninfo.strip());
    int end = 0;
    while (end < conninfo.strip().length()) {
      if (!matcher.find(end)
          || matcher.start() != end
          || !CONNINFO_KEYWORDS.contains(matcher.group(1).toLowerCase(Locale.ROOT))
          || connectsByDatabaseName(matcher)) {
        return false;
      }
      end = matcher.end();
    }
    return true;
  }

  /** A dbname that is itself a connection string would be expanded by libpq. */
  private static boolean connectsByDatabaseName(Matcher pair) {
    return pair.group(1).equalsIgnoreCase("dbname")
        && (pair.group(2).contains("=") || pair.group(2).contains("://"));
  }
}
