package io.taidon.core.explain;

import java.util.List;
import java.util.Optional;

/** Whether two unequal steps are one step that was edited. Pure. */
final class Kinship {
  private Kinship() {}

  /** By the name that users give it: a script's path, a changeset's identity. */
  static boolean related(StepOrigin before, StepOrigin after) {
    if (before.kind() != after.kind()) {
      return false;
    }
    return switch (after.kind()) {
      case PSQL -> psql(before, after);
      case LIQUIBASE ->
          shares(before, after, IngredientKind.CHANGESET, true)
              || (shares(before, after, IngredientKind.CHECKSUM, false)
                  && shares(before, after, IngredientKind.CONTENT, false));
    };
  }

  private static boolean psql(StepOrigin before, StepOrigin after) {
    if (shares(before, after, IngredientKind.CONTENT, false)
        || shares(before, after, IngredientKind.SCRIPT, false)
        || sharesName(before, after, IngredientKind.SCRIPT)) {
      return true;
    }
    boolean bothStdin =
        value(before, IngredientKind.STDIN).isPresent()
            && value(after, IngredientKind.STDIN).isPresent();
    boolean bothCommands =
        value(before, IngredientKind.COMMAND).isPresent()
            && value(after, IngredientKind.COMMAND).isPresent();
    return bothStdin
        || (bothCommands
            && (shares(before, after, IngredientKind.COMMAND, false)
                || alike(before.label(), after.label())));
  }

  private static boolean shares(
      StepOrigin before, StepOrigin after, IngredientKind kind, boolean byLabel) {
    Optional<String> old = value(before, kind);
    return byLabel && old.isEmpty()
        ? before.label().equals(after.label())
        : old.isPresent() && old.equals(value(after, kind));
  }

  private static boolean sharesName(StepOrigin before, StepOrigin after, IngredientKind kind) {
    List<String> names = names(before, kind);
    return names(after, kind).stream().anyMatch(names::contains)
        || (names.isEmpty() && before.label().equals(after.label()));
  }

  private static Optional<String> value(StepOrigin step, IngredientKind kind) {
    return step.ingredients().stream()
        .filter(i -> i.kind() == kind)
        .map(Ingredient::value)
        .findFirst();
  }

  private static List<String> names(StepOrigin step, IngredientKind kind) {
    return step.ingredients().stream().filter(i -> i.kind() == kind).map(Ingredient::name).toList();
  }

  /** Commands have no name: edited ones begin and end alike. */
  private static boolean alike(String before, String after) {
    int shorter = Math.min(before.length(), after.length());
    int head = 0;
    while (head < shorter && before.charAt(head) == after.charAt(head)) {
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && before.charAt(before.length() - 1 - tail) == after.charAt(after.length() - 1 - tail)) {
      tail++;
    }
    return 2 * (head + tail) > Math.max(before.length(), after.length());
  }
}
