package io.taidon.core.explain;

import java.util.Locale;
import java.util.Optional;

/**
 * One part in which a step differs from the step of the nearest relative.
 *
 * @param name which one of its kind: a path, a variable's name; may be empty
 * @param before the value in the relative, where it may be shown
 * @param after the value now, where it may be shown
 */
public record Difference(
    IngredientKind kind,
    String name,
    Change change,
    Optional<String> before,
    Optional<String> after) {

  /** What happened to the part. */
  public enum Change {
    CHANGED,
    ADDED,
    REMOVED;

    /** The name in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Difference of(Ingredient before, Ingredient after) {
    return new Difference(after.kind(), after.name(), Change.CHANGED, shown(before), shown(after));
  }

  static Difference added(Ingredient after) {
    return new Difference(after.kind(), after.name(), Change.ADDED, Optional.empty(), shown(after));
  }

  static Difference removed(Ingredient before) {
    return new Difference(
        before.kind(), before.name(), Change.REMOVED, shown(before), Optional.empty());
  }

  private static Optional<String> shown(Ingredient ingredient) {
    return ingredient.kind().isPlain() ? Optional.of(ingredient.value()) : Optional.empty();
  }
}
