package io.taidon.core.state;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The identity of a state: the SHA-256 of everything that made it, as 64 lower-case hexadecimal
 * digits. Only {@link StateIdentity} computes one.
 */
public record StateId(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public StateId {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a state id is 64 lower-case hexadecimal digits");
    }
  }

  /** The id that a text is; empty where it is none. */
  public static Optional<StateId> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new StateId(text)) : Optional.empty();
  }

  /** The first 12 digits, which is what people are shown. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return hex;
  }
}
