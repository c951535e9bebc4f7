package io.taidon.cli.command;

import io.taidon.cli.CliException;
import java.util.List;

/** Finds options that a text processor has given a typographic dash. */
final class Dashes {
  /** Hyphens, dashes and minus signs that are not the one on the keyboard. */
  private static final String TYPOGRAPHIC =
      "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d";

  private Dashes() {}

  /** Looks at the arguments before {@code --}. */
  static void check(List<String> args) {
    for (int i = 0; i < args.size() && !args.get(i).equals("--"); i++) {
      String arg = args.get(i);
      if (arg.length() > 1 && TYPOGRAPHIC.indexOf(arg.charAt(0)) >= 0) {
        throw wrongDash(arg, i + 1);
      }
    }
  }

  private static CliException wrongDash(String arg, int place) {
    int letter = 0;
    while (letter < arg.length()
        && (arg.charAt(letter) == '-' || TYPOGRAPHIC.indexOf(arg.charAt(letter)) >= 0)) {
      letter++;
    }
    String rest = arg.substring(letter);
    int equals = rest.indexOf('=');
    boolean isShort = (equals < 0 ? rest.length() : equals) <= 1;
    String code =
        "U+"
            + Integer.toHexString(0x10000 | arg.charAt(0))
                .substring(1)
                .toUpperCase(java.util.Locale.ROOT);
    return CliException.usage(
            "Argument " + place + " ('" + arg + "') begins with a typographic dash (" + code + ").")
        .remedy("Write " + (isShort ? "-" : "--") + rest + " with the hyphen of the keyboard.");
  }
}
