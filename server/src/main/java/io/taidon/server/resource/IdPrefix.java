package io.taidon.server.resource;

import io.taidon.server.error.Errors;
import java.util.Optional;
import java.util.regex.Pattern;

/** Query parameters that narrow a list: the first 8 digits or more of an id. */
final class IdPrefix {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8,64}");

  private IdPrefix() {}

  /** The checked value of a parameter; an empty filter would be a list of everything. */
  static Optional<String> of(String parameter, Optional<String> value) {
    value
        .filter(digits -> !FORM.matcher(digits).matches())
        .ifPresent(digits -> {
          throw Errors.invalid(
              parameter,
              "The query parameter \"" + parameter + "\" must be 8 to 64 hexadecimal digits.");
        });
    return value;
  }
}
