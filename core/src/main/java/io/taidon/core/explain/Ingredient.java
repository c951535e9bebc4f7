package io.taidon.core.explain;

/**
 * One named part of what made a state.
 *
 * @param name which one of its kind: a path, a variable's name; empty where there is only one
 * @param value what can be compared: plain or a keyed digest, as the kind says
 */
public record Ingredient(IngredientKind kind, String name, String value) {
  private static final int LONGEST = 400;

  public Ingredient {
    name = bounded(name);
    value = bounded(value);
  }

  /** Long enough for any path that people read; two that differ only behind it are rare. */
  private static String bounded(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
