package io.taidon.core.explain;

import io.taidon.core.explain.Difference.Change;
import io.taidon.core.plan.StepKind;
import java.util.List;
import java.util.Set;

/** Gives a change its name. Pure. */
final class Reasons {
  private Reasons() {}

  /**
   * @param change the first change
   * @param tool what applies the step
   * @param isLast whether nothing of the relative follows it
   */
  static MissReason of(StepChange change, StepKind tool, boolean isLast) {
    return switch (change.kind()) {
      case ENGINE -> engine(change.differences());
      case EDITED -> edited(change.differences(), tool);
      case REPLACED -> MissReason.STEP_REPLACED;
      case INSERTED -> isLast ? MissReason.NEVER_BUILT : MissReason.STEP_INSERTED;
      case REMOVED -> MissReason.STEP_REMOVED;
      case MOVED -> MissReason.STEP_MOVED;
    };
  }

  private static MissReason engine(List<Difference> differences) {
    for (Difference difference : differences) {
      if (difference.kind() == IngredientKind.SERVER_VERSION) {
        return major(difference.before().orElse("")).equals(major(difference.after().orElse("")))
            ? MissReason.ENGINE_VERSION_CHANGED
            : MissReason.ENGINE_MAJOR_CHANGED;
      }
    }
    Set<IngredientKind> locale =
        Set.of(
            IngredientKind.LOCALE, IngredientKind.LOCALE_PROVIDER, IngredientKind.LOCALE_VERSION);
    if (has(differences, Set.of(IngredientKind.IMAGE))) {
      return MissReason.IMAGE_CHANGED;
    }
    if (has(differences, Set.of(IngredientKind.BINARIES))) {
      return MissReason.ENGINE_BINARIES_CHANGED;
    }
    return has(differences, locale) ? MissReason.LOCALE_CHANGED : MissReason.INITDB_CHANGED;
  }

  private static boolean has(List<Difference> differences, Set<IngredientKind> kinds) {
    return differences.stream().anyMatch(difference -> kinds.contains(difference.kind()));
  }

  static String major(String version) {
    int dot = version.indexOf('.');
    return dot < 0 ? version : version.substring(0, dot);
  }

  private static MissReason edited(List<Difference> differences, StepKind tool) {
    if (differences.isEmpty()) {
      return content(tool);
    }
    Difference first = differences.getFirst();
    return switch (first.kind()) {
      case SCRIPT -> MissReason.SCRIPT_CHANGED;
      case INCLUDE -> MissReason.INCLUDE_CHANGED;
      case DATA_FILE -> MissReason.DATA_FILE_CHANGED;
      case COMMAND -> MissReason.COMMAND_CHANGED;
      case STDIN -> MissReason.STDIN_CHANGED;
      case VARIABLE ->
          byChange(
              first.change(),
              MissReason.VARIABLE_CHANGED,
              MissReason.VARIABLE_ADDED,
              MissReason.VARIABLE_REMOVED);
      case SINGLE_TRANSACTION, SOURCE -> MissReason.OPTION_CHANGED;
      case LIQUIBASE_VERSION -> MissReason.LIQUIBASE_CHANGED;
      case EXTENSION -> MissReason.EXTENSION_CHANGED;
      case PARAMETER ->
          byChange(
              first.change(),
              MissReason.PARAMETER_CHANGED,
              MissReason.PARAMETER_ADDED,
              MissReason.PARAMETER_REMOVED);
      case CONTEXTS -> MissReason.CONTEXTS_CHANGED;
      case LABELS -> MissReason.LABELS_CHANGED;
      case CHANGESET_FILE -> MissReason.CHANGESET_FILE_CHANGED;
      case CHANGESET, CHECKSUM -> MissReason.CHANGESET_CHANGED;
      case CONTENT, REST -> content(tool);
      case ABSENT_FILE -> MissReason.INCLUDE_CHANGED;
      case IMAGE,
          SERVER_VERSION,
          BINARIES,
          INITDB_OPTIONS,
          LOCALE_PROVIDER,
          LOCALE,
          LOCALE_VERSION,
          DATA_CHECKSUMS,
          BLOCK_SIZE,
          SETTINGS ->
          MissReason.CONTENT_CHANGED;
    };
  }

  private static MissReason content(StepKind tool) {
    return switch (tool) {
      case PSQL -> MissReason.CONTENT_CHANGED;
      case LIQUIBASE -> MissReason.CHANGESET_CHANGED;
    };
  }

  private static MissReason byChange(
      Change change, MissReason changed, MissReason added, MissReason removed) {
    return switch (change) {
      case CHANGED -> changed;
      case ADDED -> added;
      case REMOVED -> removed;
    };
  }
}
