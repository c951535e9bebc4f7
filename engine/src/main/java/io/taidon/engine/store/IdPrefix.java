package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The first 8 or more hexadecimal digits of an id, as users type them; kept in lower case. */
public record IdPrefix(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8,64}");
  private static final int SHOWN = 80;

  /**
   * @throws TaidonException INVALID_ARGUMENT where it is none
   */
  public IdPrefix {
    hex = hex.toLowerCase(Locale.ROOT);
    if (!FORM.matcher(hex).matches()) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT,
              "\"" + hex.substring(0, Math.min(SHOWN, hex.length())) + "\" is not an id.")
          .remedy("Give at least the first 8 hexadecimal digits of the id.");
    }
  }

  /** Greater than every id with this prefix and smaller than every other greater id. */
  String end() {
    return hex + "g";
  }

  @Override
  public String toString() {
    return hex;
  }
}
