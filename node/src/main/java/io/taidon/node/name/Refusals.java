package io.taidon.node.name;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.regex.Pattern;

/** What a request is refused with. */
public final class Refusals {
  private static final int MOST_SHOWN = 80;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

  private Refusals() {}

  public static TaidonException invalid(String sentence) {
    return TaidonException.of(ErrorCode.INVALID_ARGUMENT, sentence);
  }

  /** What somebody sent, cut and made printable. */
  public static String shown(String text) {
    String cut = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
    return "\"" + UNPRINTABLE.matcher(cut).replaceAll("?") + "\"";
  }
}
