package io.taidon.core.explain;

import io.taidon.core.plan.StepKind;
import io.taidon.core.state.Digest;
import java.util.List;

/**
 * What made a step what it is, for later comparison.
 *
 * @param label what users call it, for example {@code -f schema.sql}
 * @param hash the authority: two steps are equal if and only if their hashes are
 * @param ingredients what the hash was made of, as far as there was room; never a secret
 */
public record StepOrigin(StepKind kind, String label, Digest hash, List<Ingredient> ingredients) {
  /** How many ingredients of one step are kept. */
  public static final int MOST_INGREDIENTS = 200;

  public StepOrigin {
    ingredients = List.copyOf(ingredients);
  }

  /** The same without ingredients: it can be told to be equal, not why it is not. */
  public StepOrigin withoutIngredients() {
    return new StepOrigin(kind, label, hash, List.of());
  }
}
