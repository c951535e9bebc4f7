package io.taidon.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.explain.Ingredient;
import io.taidon.core.explain.IngredientKind;
import io.taidon.core.explain.StateOrigin;
import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.Digest;
import io.taidon.core.state.StateId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The form of a state's origin in its sidecar file and its row: an object with {@code parent},
 * {@code engine} and {@code steps}; an ingredient is an array of kind, name and value.
 */
final class OriginJson {
  /** A record that would be longer is kept without ingredients, then not at all. */
  static final int MOST_CHARACTERS = 256 * 1024;

  private OriginJson() {}

  static Optional<String> write(StateOrigin origin) {
    String whole = Sidecar.text(json(origin));
    if (whole.length() <= MOST_CHARACTERS) {
      return Optional.of(whole);
    }
    StateOrigin bare =
        new StateOrigin(
            origin.id(),
            origin.parent(),
            origin.engine(),
            origin.steps().stream().map(StepOrigin::withoutIngredients).toList());
    return Optional.of(Sidecar.text(json(bare))).filter(text -> text.length() <= MOST_CHARACTERS);
  }

  /**
   * @throws IOException where it is not the record of an origin
   */
  static StateOrigin read(StateId id, String text) throws IOException {
    if (text.length() > MOST_CHARACTERS) {
      throw new IOException("longer than " + MOST_CHARACTERS + " characters");
    }
    JsonNode json = Sidecar.parse(text);
    try {
      List<StepOrigin> steps = new ArrayList<>();
      for (JsonNode step : json.path("steps")) {
        steps.add(
            new StepOrigin(
                kind(step.path("kind").asText()),
                step.path("label").asText(),
                new Digest(step.path("hash").asText()),
                ingredients(step.path("ingredients"))));
      }
      return new StateOrigin(
          id,
          new Fields(json).optionalText("parent").map(StateId::new),
          ingredients(json.path("engine")),
          steps);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static ObjectNode json(StateOrigin origin) {
    ObjectNode json = Sidecar.object();
    origin.parent().ifPresent(parent -> json.put("parent", parent.hex()));
    if (!origin.engine().isEmpty()) {
      write(origin.engine(), json.putArray("engine"));
    }
    ArrayNode steps = json.putArray("steps");
    for (StepOrigin step : origin.steps()) {
      ObjectNode one =
          steps
              .addObject()
              .put("kind", step.kind().wireName())
              .put("label", step.label())
              .put("hash", step.hash().hex());
      write(step.ingredients(), one.putArray("ingredients"));
    }
    return json;
  }

  private static void write(List<Ingredient> ingredients, ArrayNode array) {
    for (Ingredient i : ingredients) {
      array.addArray().add(i.kind().wireName()).add(i.name()).add(i.value());
    }
  }

  /** Kinds of a later version are left out: what is unknown cannot be compared. */
  private static List<Ingredient> ingredients(JsonNode array) {
    List<Ingredient> ingredients = new ArrayList<>();
    for (JsonNode item : array) {
      ingredientKind(item.path(0).asText())
          .ifPresent(kind ->
              ingredients.add(new Ingredient(kind, item.path(1).asText(), item.path(2).asText())));
    }
    return ingredients;
  }

  private static Optional<IngredientKind> ingredientKind(String word) {
    try {
      return Optional.of(IngredientKind.valueOf(word.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static StepKind kind(String word) {
    for (StepKind kind : StepKind.values()) {
      if (kind.wireName().equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown kind of step");
  }
}
