package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads psql's command line as getopt_long does: {@code -fx}, {@code -f x}, {@code --file=x},
 * {@code --file x}, bundled letters, {@code --} as the end of options, and options after
 * positionals. Abbreviated long names are not accepted.
 */
final class OptionReader {

  /** One thing on the command line. */
  sealed interface Item {
    /**
     * An option.
     *
     * @param spelling as written, without the value, for messages
     * @param value empty for an option that takes none
     */
    record Option(PsqlOption option, String spelling, String value) implements Item {}

    /** A word that is neither an option nor the value of one. */
    record Positional(String word) implements Item {}
  }

  private final List<String> args;
  private final List<Item> items = new ArrayList<>();
  private int next;

  private OptionReader(List<String> args) {
    this.args = args;
  }

  static List<Item> read(List<String> args) {
    OptionReader reader = new OptionReader(args);
    reader.readAll();
    return reader.items;
  }

  private void readAll() {
    while (next < args.size()) {
      String arg = args.get(next++);
      if (arg.equals("--")) {
        while (next < args.size()) {
          items.add(new Item.Positional(args.get(next++)));
        }
      } else if (arg.startsWith("--")) {
        longOption(arg);
      } else if (arg.length() > 1 && arg.charAt(0) == '-') {
        letters(arg);
      } else {
        items.add(new Item.Positional(arg));
      }
    }
  }

  private void longOption(String arg) {
    int equals = arg.indexOf('=');
    String spelling = equals < 0 ? arg : arg.substring(0, equals);
    PsqlOption option =
        PsqlOption.ofLongName(spelling.substring(2)).orElseThrow(() -> unknown(spelling));
    if (!option.takesValue()) {
      if (equals >= 0) {
        throw TaidonException.of(ErrorCode.INVALID_ARGUMENT, spelling + " takes no value.");
      }
      items.add(new Item.Option(option, spelling, ""));
    } else {
      String value = equals < 0 ? followingValue(spelling) : arg.substring(equals + 1);
      items.add(new Item.Option(option, spelling, value));
    }
  }

  private void letters(String arg) {
    for (int i = 1; i < arg.length(); i++) {
      String spelling = "-" + arg.charAt(i);
      PsqlOption option = PsqlOption.ofLetter(arg.charAt(i)).orElseThrow(() -> unknown(spelling));
      if (option.takesValue()) {
        String rest = arg.substring(i + 1);
        String value = rest.isEmpty() ? followingValue(spelling) : rest;
        items.add(new Item.Option(option, spelling, value));
        return;
      }
      items.add(new Item.Option(option, spelling, ""));
    }
  }

  private String followingValue(String spelling) {
    if (next >= args.size()) {
      throw TaidonException.of(ErrorCode.INVALID_ARGUMENT, spelling + " needs a value.");
    }
    return args.get(next++);
  }

  private static TaidonException unknown(String spelling) {
    return TaidonException.of(
        ErrorCode.INVALID_ARGUMENT, "psql has no option " + spelling + ", or it is abbreviated.");
  }
}
