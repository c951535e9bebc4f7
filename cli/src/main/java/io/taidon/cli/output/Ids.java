package io.taidon.cli.output;

import io.taidon.cli.CliException;
import java.util.Locale;

/** Ids as people read and write them. */
public final class Ids {
  private static final int SHORT = 12;
  private static final int MIN_PREFIX = 8;

  private Ids() {}

  /** The first twelve digits. */
  public static String shorten(String id) {
    return id.length() > SHORT ? id.substring(0, SHORT).toLowerCase(Locale.ROOT) : id;
  }

  /** Whether the text can be an id or a prefix of one. */
  public static boolean isPrefix(String text) {
    return text.length() >= MIN_PREFIX
        && text.length() <= 64
        && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
  }

  /**
   * The prefix in lower case.
   *
   * @throws CliException a usage error when it is none
   */
  public static String prefix(String option, String text) {
    if (!isPrefix(text)) {
      throw CliException.usage(
          option + " wants at least " + MIN_PREFIX + " hexadecimal digits, not '" + text + "'.");
    }
    return text.toLowerCase(Locale.ROOT);
  }
}
