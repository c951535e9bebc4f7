package io.taidon.core.explain;

import static io.taidon.core.explain.IngredientKind.BINARIES;
import static io.taidon.core.explain.IngredientKind.BLOCK_SIZE;
import static io.taidon.core.explain.IngredientKind.CHANGESET;
import static io.taidon.core.explain.IngredientKind.CHANGESET_FILE;
import static io.taidon.core.explain.IngredientKind.CHECKSUM;
import static io.taidon.core.explain.IngredientKind.CONTENT;
import static io.taidon.core.explain.IngredientKind.CONTEXTS;
import static io.taidon.core.explain.IngredientKind.DATA_CHECKSUMS;
import static io.taidon.core.explain.IngredientKind.EXTENSION;
import static io.taidon.core.explain.IngredientKind.IMAGE;
import static io.taidon.core.explain.IngredientKind.INITDB_OPTIONS;
import static io.taidon.core.explain.IngredientKind.LABELS;
import static io.taidon.core.explain.IngredientKind.LIQUIBASE_VERSION;
import static io.taidon.core.explain.IngredientKind.LOCALE;
import static io.taidon.core.explain.IngredientKind.LOCALE_PROVIDER;
import static io.taidon.core.explain.IngredientKind.LOCALE_VERSION;
import static io.taidon.core.explain.IngredientKind.PARAMETER;
import static io.taidon.core.explain.IngredientKind.REST;
import static io.taidon.core.explain.IngredientKind.SERVER_VERSION;
import static io.taidon.core.explain.IngredientKind.SETTINGS;
import static io.taidon.core.explain.IngredientKind.SINGLE_TRANSACTION;
import static io.taidon.core.explain.IngredientKind.SOURCE;
import static io.taidon.core.explain.IngredientKind.VARIABLE;

import io.taidon.core.state.Digest;
import io.taidon.core.state.EngineIdentity;
import io.taidon.core.state.KeyedDigest;
import io.taidon.core.state.LiquibaseStepIdentity;
import io.taidon.core.state.PsqlStepIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes identities apart into named ingredients. What users wrote is put under the key: a content
 * may hold a password as well as a variable.
 */
public final class Ingredients {
  private final KeyedDigest key;
  private final List<Ingredient> list = new ArrayList<>();

  private Ingredients(KeyedDigest key) {
    this.key = key;
  }

  /** The parts of an engine; nothing of it is secret. */
  public static List<Ingredient> of(EngineIdentity engine) {
    return switch (engine) {
      case EngineIdentity.Native n ->
          List.of(
              new Ingredient(SERVER_VERSION, "", n.serverVersion()),
              new Ingredient(BINARIES, "", n.binaries().hex()),
              new Ingredient(INITDB_OPTIONS, "", n.initdbOptions()),
              new Ingredient(LOCALE_PROVIDER, "", n.localeProvider()),
              new Ingredient(LOCALE, "", n.locale()),
              new Ingredient(LOCALE_VERSION, "", n.localeVersion()),
              new Ingredient(DATA_CHECKSUMS, "", onOff(n.dataChecksums())),
              new Ingredient(BLOCK_SIZE, "", Integer.toString(n.blockSizeBytes())),
              new Ingredient(SETTINGS, "", n.settings().hex()));
      case EngineIdentity.Image i -> List.of(new Ingredient(IMAGE, "", i.digest()));
    };
  }

  /** A file that a psql step reads, by its own text or bytes. */
  public record ReadFile(IngredientKind kind, String name, Digest own) {}

  /**
   * @param files what it reads: scripts, includes, data; also {@code COMMAND} and {@code STDIN}
   * @param absent names of files that were looked for and were not there
   */
  public static List<Ingredient> of(
      PsqlStepIdentity step, List<ReadFile> files, List<String> absent, KeyedDigest key) {
    Ingredients all = new Ingredients(key);
    files.forEach(file -> all.keyed(file.kind(), file.name(), file.own()));
    step.variables().forEach((name, value) -> all.keyed(VARIABLE, name, value));
    all.plain(SINGLE_TRANSACTION, onOff(step.singleTransaction()));
    absent.forEach(name -> all.keyed(IngredientKind.ABSENT_FILE, name, ""));
    all.plain(SOURCE, step.source().name().toLowerCase(Locale.ROOT));
    all.keyed(CONTENT, "", step.content());
    return all.bounded();
  }

  /** The parts of one changeset. */
  public static List<Ingredient> of(LiquibaseStepIdentity step, KeyedDigest key) {
    Ingredients all = new Ingredients(key);
    all.plain(CHANGESET, step.path() + "::" + step.id() + "::" + step.author());
    all.plain(LIQUIBASE_VERSION, step.liquibaseVersion());
    all.plain(CONTEXTS, step.contexts());
    all.plain(LABELS, step.labels());
    all.keyed(CHECKSUM, "", step.checksum());
    all.keyed(CONTENT, "", step.content());
    for (int i = 0; i < step.extensions().size(); i++) {
      all.keyed(EXTENSION, Integer.toString(i + 1), step.extensions().get(i));
    }
    step.files().forEach((path, digest) -> all.keyed(CHANGESET_FILE, path, digest));
    step.parameters().forEach((name, value) -> all.keyed(PARAMETER, name, value));
    return all.bounded();
  }

  private void plain(IngredientKind kind, String value) {
    list.add(new Ingredient(kind, "", value));
  }

  private void keyed(IngredientKind kind, String name, Digest digest) {
    keyed(kind, name, digest.hex());
  }

  private void keyed(IngredientKind kind, String name, String text) {
    list.add(new Ingredient(kind, name, key.of(text)));
  }

  /** What has no room is one ingredient together, so that it is still seen to differ. */
  private List<Ingredient> bounded() {
    if (list.size() <= StepOrigin.MOST_INGREDIENTS) {
      return List.copyOf(list);
    }
    int kept = StepOrigin.MOST_INGREDIENTS - 1;
    List<Ingredient> bounded = new ArrayList<>(list.subList(0, kept));
    StringBuilder rest = new StringBuilder();
    list.subList(kept, list.size()).forEach(i -> rest.append(i).append('\n'));
    bounded.add(new Ingredient(REST, "", key.of(rest.toString())));
    return List.copyOf(bounded);
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }
}
