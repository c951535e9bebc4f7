package io.taidon.core.explain;

import io.taidon.core.plan.StepKind;
import io.taidon.core.state.Digest;
import io.taidon.core.state.EngineIdentity;
import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A request: an engine and steps, whose hashes are those of their ingredients without names. */
record Asked(EngineIdentity.Native engine, List<StepOrigin> steps) {
  private static final EngineIdentity.Native ENGINE =
      engineOf("17.5", "b", "C.UTF-8", "--locale=C");

  /** Scripts by the first part of their name. */
  static Asked of(String... scripts) {
    return new Asked(
        ENGINE,
        Stream.of(scripts)
            .map(name ->
                psql(
                    "-f " + name + ".sql",
                    new Ingredient(IngredientKind.SCRIPT, name + ".sql", "text of " + name)))
            .toList());
  }

  static Asked stdin(String text) {
    return new Asked(ENGINE, List.of(psql("-f -", new Ingredient(IngredientKind.STDIN, "", text))));
  }

  static Asked command(String label, String text) {
    return new Asked(
        ENGINE,
        List.of(psql("-c \"" + label + "\"", new Ingredient(IngredientKind.COMMAND, "", text))));
  }

  static Asked changelog(String... ids) {
    return new Asked(
        ENGINE,
        Stream.of(ids)
            .map(id ->
                step(
                    StepKind.LIQUIBASE,
                    "log.sql::" + id + "::ann",
                    List.of(
                        new Ingredient(IngredientKind.CHANGESET, "", "log.sql::" + id + "::ann"),
                        new Ingredient(IngredientKind.CHECKSUM, "", "9:" + id),
                        new Ingredient(IngredientKind.CONTENT, "", id),
                        new Ingredient(IngredientKind.CONTEXTS, "", ""),
                        new Ingredient(IngredientKind.LABELS, "", ""))))
            .toList());
  }

  /** The same with one ingredient put in or changed. */
  Asked with(int step, IngredientKind kind, String name, String value) {
    StepOrigin old = steps.get(step - 1);
    List<Ingredient> ingredients = new ArrayList<>(old.ingredients());
    ingredients.removeIf(i -> i.kind() == kind && i.name().equals(name));
    ingredients.add(new Ingredient(kind, name, value));
    return replaced(step, step(old.kind(), old.label(), ingredients));
  }

  Asked withAll(IngredientKind kind, String name, String value) {
    Asked all = this;
    for (int step = 1; step <= steps.size(); step++) {
      all = all.with(step, kind, name, value);
    }
    return all;
  }

  /** The same with a file under another name. */
  Asked renamed(int step, String from, String to) {
    StepOrigin old = steps.get(step - 1);
    return replaced(
        step,
        step(
            old.kind(),
            "-f " + to,
            old.ingredients().stream()
                .map(i -> i.name().equals(from) ? new Ingredient(i.kind(), to, i.value()) : i)
                .toList()));
  }

  Asked engine(String version, String binaries, String locale, String initdb) {
    return new Asked(engineOf(version, binaries, locale, initdb), steps);
  }

  StateId base() {
    return StateIdentity.base(engine);
  }

  /** The state after so many steps. */
  StateId output(int step) {
    StateId id = base();
    for (StepOrigin one : steps.subList(0, step)) {
      id = StateIdentity.after(id, one.hash());
    }
    return id;
  }

  private Asked replaced(int step, StepOrigin by) {
    List<StepOrigin> changed = new ArrayList<>(steps);
    changed.set(step - 1, by);
    return new Asked(engine, changed);
  }

  private static StepOrigin psql(String label, Ingredient what) {
    return step(
        StepKind.PSQL,
        label,
        List.of(what, new Ingredient(IngredientKind.SINGLE_TRANSACTION, "", "off")));
  }

  private static StepOrigin step(StepKind kind, String label, List<Ingredient> ingredients) {
    String identity =
        ingredients.stream()
            .map(i ->
                i.kind().isScriptFile() ? i.kind() + i.value() : i.kind() + i.name() + i.value())
            .sorted()
            .toList()
            .toString();
    Digest hash = StateIdentity.digest(identity);
    return new StepOrigin(kind, label, hash, ingredients);
  }

  private static EngineIdentity.Native engineOf(
      String version, String binaries, String locale, String initdb) {
    return new EngineIdentity.Native(
        version,
        StateIdentity.digest(binaries),
        initdb,
        "builtin",
        locale,
        "1",
        true,
        8192,
        StateIdentity.digest("settings"));
  }
}
