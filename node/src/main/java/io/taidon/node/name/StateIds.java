package io.taidon.node.name;

import io.taidon.core.state.StateId;
import java.util.regex.Pattern;

/** Reads ids of states from what others wrote. */
public final class StateIds {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private StateIds() {}

  public static boolean matches(String text) {
    return FORM.matcher(text).matches();
  }

  public static StateId parse(String text) {
    if (!matches(text)) {
      throw Refusals.invalid(
          Refusals.shown(text) + " is not the id of a state: 64 lower-case hexadecimal digits.");
    }
    return new StateId(text);
  }
}
