package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.ClientTools.Tool;
import io.taidon.engine.psql.OptionReader.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps users' arguments from choosing another server than the instance. */
final class ClientConnection {
  /** pgbench's short options that take a value (its manual page). */
  private static final String PGBENCH_WITH_VALUE = "bcDFfIjLMPRstT";

  private static final Set<Character> PGBENCH_CONNECTION = Set.of('h', 'p', 'U');

  /** pgbench's long options that take a value as the next word. */
  private static final Set<String> PGBENCH_LONG_WITH_VALUE =
      Set.of(
          "--init-steps --fillfactor --scale --index-tablespace --partition-method --partitions --tablespace --builtin --file --client --define --jobs --latency-limit --protocol --progress --rate --transactions --time --aggregate-interval --log-prefix --max-tries --random-seed --sampling-rate --show-script"
              .split(" "));

  /**
   * Arguments without what chooses the database.
   *
   * @param database the database they choose, if they do
   */
  record Chosen(List<String> args, Optional<String> database) {}

  private ClientConnection() {}

  static Chosen check(Tool tool, List<String> args) {
    return switch (tool) {
      case PSQL -> psql(args);
      case PGBENCH -> pgbench(args);
    };
  }

  private static Chosen psql(List<String> args) {
    List<String> kept = new ArrayList<>();
    Optional<String> database = Optional.empty();
    for (Item item : OptionReader.read(args)) {
      switch (item) {
        case Item.Positional positional -> throw ClientRun.refused("\"" + positional.word() + "\"");
        case Item.Option given -> {
          if (given.option().letter().equals("d")) {
            database = Optional.of(plainName(given.value()));
          } else if (given.option().use() == PsqlOption.Use.CONNECTION) {
            throw ClientRun.refused(given.spelling());
          } else {
            kept.add(given.spelling());
            if (given.option().takesValue()) {
              kept.add(given.value());
            }
          }
        }
      }
    }
    return new Chosen(List.copyOf(kept), database);
  }

  /** pgbench's options differ between versions, so only what connects is told apart. */
  private static Chosen pgbench(List<String> args) {
    List<String> kept = new ArrayList<>();
    Optional<String> database = Optional.empty();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      boolean valueFollows = false;
      if (arg.equals("-d") && i + 1 < args.size() && isPlain(args.get(i + 1))) {
        database = Optional.of(args.get(++i));
        continue;
      } else if (arg.startsWith("--dbname")) {
        boolean joined = arg.startsWith("--dbname=");
        String name = joined ? arg.substring(9) : i + 1 < args.size() ? args.get(++i) : "";
        database = Optional.of(plainName(name));
        continue;
      } else if (arg.startsWith("--")) {
        refuseLong(arg);
        valueFollows = PGBENCH_LONG_WITH_VALUE.contains(arg);
      } else if (arg.length() > 1 && arg.charAt(0) == '-') {
        valueFollows = lettersWantValue(arg);
      } else {
        throw ClientRun.refused("\"" + arg + "\"");
      }
      kept.add(arg);
      if (valueFollows && i + 1 < args.size()) {
        kept.add(args.get(++i));
      }
    }
    return new Chosen(List.copyOf(kept), database);
  }

  /** getopt_long takes any beginning of a long option for it. */
  private static void refuseLong(String arg) {
    int equals = arg.indexOf('=');
    String name = equals < 0 ? arg : arg.substring(0, equals);
    boolean connects =
        "--host".startsWith(name)
            || "--port".startsWith(name)
            || "--username".startsWith(name)
            || "--dbname".startsWith(name);
    if (connects) {
      throw ClientRun.refused(arg);
    }
  }

  private static boolean lettersWantValue(String arg) {
    for (int i = 1; i < arg.length(); i++) {
      if (PGBENCH_CONNECTION.contains(arg.charAt(i))) {
        throw ClientRun.refused("-" + arg.charAt(i));
      }
      if (PGBENCH_WITH_VALUE.indexOf(arg.charAt(i)) >= 0) {
        return i == arg.length() - 1;
      }
    }
    return false;
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && !name.startsWith("-")
        && !name.contains("=")
        && !name.contains("://")
        && name.indexOf('\0') < 0;
  }

  private static String plainName(String name) {
    if (!isPlain(name)) {
      throw TaidonException.of(
          ErrorCode.CONNECTION_OPTION_REFUSED,
          "\"" + name + "\" is not the plain name of a database.");
    }
    return name;
  }
}
