package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.regex.Pattern;

/**
 * A user's name for an instance: 1 to 63 of {@code a-z}, {@code 0-9} and {@code -}, no hyphen at
 * either end (a DNS label, RFC 1123, so that it can be a host name later), and nothing that looks
 * like an instance id.
 */
public record InstanceName(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final int SHOWN = 80;

  /** Whether a text can be a name. */
  public static boolean isName(String text) {
    return FORM.matcher(text).matches() && !RandomHex.matches(text);
  }

  /**
   * @throws TaidonException INVALID_ARGUMENT where {@code text} is no name
   */
  public InstanceName {
    if (!FORM.matcher(text).matches()) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT, "\"" + shown(text) + "\" is not an instance name.")
          .remedy("Use 1 to 63 of a-z, 0-9 and hyphens, with no hyphen first or last.");
    }
    if (RandomHex.matches(text)) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT,
              "The name \"" + text + "\" looks like an instance id, so it cannot be a name.")
          .remedy("Choose a name that is not 32 hexadecimal digits.");
    }
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  @Override
  public String toString() {
    return text;
  }
}
