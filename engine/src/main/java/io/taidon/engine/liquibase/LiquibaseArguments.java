package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a prepare is given for Liquibase, in the familiar grammar: options in camel case or kebab
 * case, as {@code --name=value} or {@code --name value}, before or after the command.
 *
 * @param command how far to go
 * @param changelogFile {@code --changelog-file}
 * @param searchPath {@code --search-path}, in order; empty if it was not given
 * @param contexts {@code --contexts}
 * @param labels {@code --label-filter}
 * @param defaultsFile {@code --defaults-file}
 * @param extensions {@code --extension-jar}, jars with custom changes, in order
 * @param parameters {@code -Dname=value}, by name
 */
public record LiquibaseArguments(
    UpdateCommand command,
    Optional<String> changelogFile,
    List<String> searchPath,
    Optional<String> contexts,
    Optional<String> labels,
    Optional<String> defaultsFile,
    List<String> extensions,
    SortedMap<String, String> parameters) {
  private static final Map<String, String> COMMANDS =
      Map.of("update", "update", "updatecount", "update-count", "updatetotag", "update-to-tag");

  /** By their names without dashes and case. */
  private static final Set<String> CONNECTION =
      Set.of(
          "url",
          "username",
          "password",
          "driver",
          "classpath",
          "driverpropertiesfile",
          "defaultcatalogname",
          "defaultschemaname",
          "liquibasecatalogname",
          "liquibaseschemaname",
          "liquibasetablespacename",
          "databaseclass",
          "promptfornonlocaldatabase",
          "databasechangelogtablename",
          "databasechangeloglocktablename",
          "referenceurl",
          "referenceusername",
          "referencepassword");

  /** They change what is printed and nothing else. */
  private static final Set<String> IGNORED =
      Set.of("loglevel", "logformat", "showsummary", "showsummaryoutput", "showbanner");

  private static final int MAX_COUNT = 1_000_000;

  public LiquibaseArguments {
    searchPath = List.copyOf(searchPath);
    extensions = List.copyOf(extensions);
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  /**
   * Reads a Liquibase command line.
   *
   * @throws TaidonException CONNECTION_OPTION_REFUSED for what chooses a database or a driver,
   *     INVALID_ARGUMENT for all else that is not in the grammar
   */
  public static LiquibaseArguments parse(List<String> args) {
    Parser parser = new Parser(args);
    parser.readAll();
    return parser.finish();
  }

  /** Whether an option, its name without dashes and case, chooses a connection. */
  static boolean isConnection(String plainName) {
    return CONNECTION.contains(plainName);
  }

  /** Without dashes, dots, underscores and case, as Liquibase compares names. */
  static String plain(String name) {
    return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }

  static TaidonException invalid(String sentence) {
    return TaidonException.of(ErrorCode.INVALID_ARGUMENT, sentence);
  }

  /** A comma-separated list without empty members. */
  static List<String> list(String value) {
    return List.of(value.split(",")).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private static final class Parser {
    private final List<String> args;
    private final SortedMap<String, String> options = new TreeMap<>();
    private final SortedMap<String, String> parameters = new TreeMap<>();
    private final List<String> extensions = new ArrayList<>();
    private String command = "";
    private int next;

    Parser(List<String> args) {
      this.args = args;
    }

    void readAll() {
      while (next < args.size()) {
        String arg = args.get(next++);
        if (arg.indexOf('\0') >= 0) {
          throw invalid("An argument holds a NUL character.");
        }
        if (arg.startsWith("-D")) {
          parameter(arg.substring(2));
        } else if (arg.startsWith("--") && arg.length() > 2) {
          option(arg);
        } else if (arg.startsWith("-")) {
          throw invalid("Liquibase has no option " + arg + ": options begin with two dashes.");
        } else {
          command(arg);
        }
      }
    }

    private void parameter(String assignment) {
      int equals = assignment.indexOf('=');
      if (equals <= 0) {
        throw invalid("-D needs a name and a value, as in -Dschema=app.");
      }
      if (parameters.put(assignment.substring(0, equals), assignment.substring(equals + 1))
          != null) {
        throw invalid("-D" + assignment.substring(0, equals) + " is given twice.");
      }
    }

    private void option(String arg) {
      int equals = arg.indexOf('=');
      String spelling = equals < 0 ? arg : arg.substring(0, equals);
      String name = plain(spelling.substring(2));
      if (isConnection(name)) {
        throw connection(spelling);
      }
      Optional<String> known = known(name);
      if (known.isEmpty() && !IGNORED.contains(name)) {
        throw invalid(
            spelling
                + " is not for a prepare: it knows --changelog-file, --search-path, --contexts,"
                + " --label-filter, --defaults-file, --extension-jar, --count, --tag and"
                + " -Dname=value.");
      }
      String value = equals < 0 ? followingValue(spelling) : arg.substring(equals + 1);
      if (known.isEmpty()) {
        return;
      }
      if (value.isBlank()) {
        throw invalid(spelling + " needs a value.");
      }
      if (known.get().equals("extensionjar")) {
        extensions.addAll(list(value));
      } else if (options.put(known.get(), value) != null) {
        throw invalid(spelling + " is given twice.");
      }
    }

    /** One name for all spellings of an option. */
    private static Optional<String> known(String name) {
      return switch (name) {
        case "changelogfile", "searchpath", "defaultsfile", "count", "tag", "extensionjar" ->
            Optional.of(name);
        case "contexts", "contextfilter" -> Optional.of("contexts");
        case "labels", "labelfilter" -> Optional.of("labels");
        default -> Optional.empty();
      };
    }

    private static TaidonException connection(String spelling) {
      return TaidonException.of(
              ErrorCode.CONNECTION_OPTION_REFUSED,
              spelling + " chooses a connection, and Taidon does that itself.")
          .remedy(
              "Leave it out. A jar with custom changes is given with --extension-jar, a schema"
                  + " with -Dname=value.");
    }

    private String followingValue(String spelling) {
      if (next >= args.size()) {
        throw invalid(spelling + " needs a value.");
      }
      return args.get(next++);
    }

    private void command(String word) {
      String name = COMMANDS.get(plain(word));
      if (name == null) {
        throw invalid(
            "\""
                + word
                + "\" is no command for a prepare: give update, update-count or"
                + " update-to-tag.");
      }
      if (!command.isEmpty()) {
        throw invalid("Two commands are given: " + command + " and " + name + ".");
      }
      command = name;
    }

    LiquibaseArguments finish() {
      return new LiquibaseArguments(
          updateCommand(),
          Optional.ofNullable(options.get("changelogfile")),
          list(options.getOrDefault("searchpath", "")),
          Optional.ofNullable(options.get("contexts")),
          Optional.ofNullable(options.get("labels")),
          Optional.ofNullable(options.get("defaultsfile")),
          extensions,
          parameters);
    }

    private UpdateCommand updateCommand() {
      Optional<String> count = Optional.ofNullable(options.get("count"));
      Optional<String> tag = Optional.ofNullable(options.get("tag"));
      boolean counts = command.equals("update-count");
      boolean tags = command.equals("update-to-tag");
      if (count.isPresent() && !counts) {
        throw invalid("--count is for update-count.");
      }
      if (tag.isPresent() && !tags) {
        throw invalid("--tag is for update-to-tag.");
      }
      if (counts) {
        return new UpdateCommand.Count(
            number(count.orElseThrow(() -> invalid("update-count needs --count N."))));
      }
      if (tags) {
        return new UpdateCommand.ToTag(
            tag.orElseThrow(() -> invalid("update-to-tag needs --tag NAME.")));
      }
      return new UpdateCommand.All();
    }

    private static int number(String text) {
      try {
        int number = Integer.parseInt(text.strip());
        if (number >= 1 && number <= MAX_COUNT) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw invalid("--count must be a number from 1 to " + MAX_COUNT + ", not \"" + text + "\".");
    }
  }
}
