package io.taidon.gateway.route;

import io.taidon.gateway.wire.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The {@code options} of a StartupMessage: a command line for a server process, split at white
 * space that no backslash escapes ({@code pg_split_opts} in PostgreSQL's postinit.c) and read as
 * getopt does ({@code process_postgres_switches} in postgres.c).
 *
 * @param taken the settings that were asked for, names in lower case
 * @param remaining everything else, not a byte of it changed
 */
record CommandLineOptions(List<Parameter> taken, String remaining) {
  /** The switches of a server process that have a value, in the same word or the next. */
  private static final String WITH_VALUE = "BcCDdfhkNprStvW-";

  private static final String WITHOUT_VALUE = "bEeFijlnOPsT";

  /**
   * Takes settings out of a command line.
   *
   * @param wanted which, by name
   */
  static CommandLineOptions read(String options, Predicate<String> wanted) {
    List<Word> words = split(options);
    List<Parameter> taken = new ArrayList<>();
    StringBuilder remaining = new StringBuilder();
    int copied = 0;
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      if (word.text().equals("--")) {
        break; // getopt stops here
      }
      Optional<Switch> last = lastSwitch(word.text());
      if (last.isEmpty()) {
        continue;
      }
      Switch found = last.get();
      boolean inNextWord = found.valueAt() == word.text().length();
      if (inNextWord && i + 1 == words.size()) {
        break;
      }
      Word end = inNextWord ? words.get(++i) : word;
      String assignment = inNextWord ? end.text() : word.text().substring(found.valueAt());
      Optional<Parameter> setting =
          found.isSetting()
              ? setting(assignment).filter(s -> wanted.test(s.name()))
              : Optional.empty();
      if (setting.isPresent()) {
        taken.add(setting.get());
        remaining.append(options, copied, word.start());
        // Switches without a value that share the word stay.
        remaining.append(found.at() > 1 ? word.text().substring(0, found.at()) : "");
        copied = end.end();
      }
    }
    remaining.append(options, copied, options.length());
    return new CommandLineOptions(List.copyOf(taken), remaining.toString());
  }

  private static List<Word> split(String options) {
    List<Word> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < options.length() && isSpace(options.charAt(at))) {
        at++;
      }
      if (at == options.length()) {
        return words;
      }
      int start = at;
      StringBuilder text = new StringBuilder();
      boolean escaped = false;
      while (at < options.length() && (escaped || !isSpace(options.charAt(at)))) {
        char c = options.charAt(at++);
        escaped = !escaped && c == '\\';
        if (!escaped) {
          text.append(c);
        }
      }
      words.add(new Word(text.toString(), start, at));
    }
  }

  /** The switch of a word that has a value; empty if none has, or the word is no switch. */
  private static Optional<Switch> lastSwitch(String word) {
    if (word.length() < 2 || word.charAt(0) != '-') {
      return Optional.empty();
    }
    for (int at = 1; at < word.length(); at++) {
      char c = word.charAt(at);
      if (WITH_VALUE.indexOf(c) >= 0) {
        return Optional.of(new Switch(at, c == 'c' || c == '-'));
      }
      if (WITHOUT_VALUE.indexOf(c) < 0) {
        return Optional.empty(); // the server will refuse it
      }
    }
    return Optional.empty();
  }

  /** {@code name=value}, where hyphens of a name mean underscores ({@code ParseLongOption}). */
  private static Optional<Parameter> setting(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals <= 0) {
      return Optional.empty();
    }
    String name = assignment.substring(0, equals).replace('-', '_').toLowerCase(Locale.ROOT);
    return Optional.of(new Parameter(name, assignment.substring(equals + 1)));
  }

  /** {@code isspace} in the C locale. */
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** A word without its escapes, and where it was. */
  private record Word(String text, int start, int end) {}

  private record Switch(int at, boolean isSetting) {
    int valueAt() {
      return at + 1;
    }
  }
}
