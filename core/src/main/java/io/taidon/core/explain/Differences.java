package io.taidon.core.explain;

import io.taidon.core.explain.Difference.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares ingredients. Pure. */
final class Differences {
  private record Key(IngredientKind kind, String name) {}

  private static final Comparator<Difference> CAUSES_FIRST =
      Comparator.<Difference>comparingInt(Differences::rank)
          .thenComparing(Difference::kind)
          .thenComparing(Difference::name);

  private Differences() {}

  /**
   * What leads from one list to the other, causes first. What follows from a named cause is left
   * out: where a file changed, the expanded content does, too.
   */
  static List<Difference> between(List<Ingredient> before, List<Ingredient> after) {
    Map<Key, Ingredient> old = index(before);
    Map<Key, Ingredient> now = index(after);
    List<Difference> found = new ArrayList<>();
    List<Ingredient> added = new ArrayList<>();
    now.forEach((key, ingredient) -> {
      Ingredient was = old.remove(key);
      if (was == null) {
        added.add(ingredient);
      } else if (!was.value().equals(ingredient.value())) {
        found.add(Difference.of(was, ingredient));
      }
    });
    List<Ingredient> removed = new ArrayList<>(old.values());
    dropRenamed(added, removed);
    added.forEach(ingredient -> found.add(Difference.added(ingredient)));
    removed.forEach(ingredient -> found.add(Difference.removed(ingredient)));
    found.sort(CAUSES_FIRST);
    List<Difference> causes = found.stream().filter(d -> d.kind().isCause()).toList();
    return causes.isEmpty() ? List.copyOf(found) : causes;
  }

  /** The name of a file is no part of a psql step, so a renamed one did not change. */
  private static void dropRenamed(List<Ingredient> added, List<Ingredient> removed) {
    added.removeIf(now ->
        now.kind().isScriptFile()
            && removed.stream()
                .filter(was -> was.kind().isScriptFile() && was.value().equals(now.value()))
                .findFirst()
                .map(removed::remove)
                .orElse(false));
  }

  /** A file that is read or not read any more is so because a script or a variable says so. */
  private static int rank(Difference difference) {
    return difference.kind().isScriptFile() && difference.change() != Change.CHANGED ? 1 : 0;
  }

  private static Map<Key, Ingredient> index(List<Ingredient> ingredients) {
    Map<Key, Ingredient> index = new LinkedHashMap<>();
    ingredients.forEach(i -> index.putIfAbsent(new Key(i.kind(), i.name()), i));
    return index;
  }
}
