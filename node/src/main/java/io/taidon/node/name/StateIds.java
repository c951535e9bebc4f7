package io.taidon.node.name;

import io.taidon.core.state.StateId;

/** Reads ids of states from what others wrote. */
public final class StateIds {
  private StateIds() {}

  public static boolean matches(String text) {
    return StateId.parse(text).isPresent();
  }

  public static StateId parse(String text) {
    return StateId.parse(text)
        .orElseThrow(() ->
            Refusals.invalid(
                Refusals.shown(text)
                    + " is not the id of a state: 64 lower-case hexadecimal digits."));
  }
}
