package io.taidon.core.explain;

import io.taidon.core.plan.Plan;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Says it in words: one sentence, with the thing and the place. Pure. */
final class Sentences {
  private static final int MOST_NAMED = 3;

  private Sentences() {}

  static String hit(Plan plan) {
    return "State "
        + plan.finalState().shortHex()
        + " is there with all "
        + count(plan.steps().size(), "step")
        + "; nothing needs to run.";
  }

  static String miss(
      MissReason reason,
      int step,
      String label,
      Optional<Loss> loss,
      List<StepChange> changes,
      Optional<Relative> relative,
      int builtBefore) {
    String start =
        step == 0 ? "State 0 must be made: " : "Step " + step + " (" + label + ") must run: ";
    return start + cause(reason, label, loss, changes, relative, builtBefore) + ".";
  }

  private static String cause(
      MissReason reason,
      String label,
      Optional<Loss> loss,
      List<StepChange> changes,
      Optional<Relative> relative,
      int builtBefore) {
    if (loss.isPresent()) {
      return "its state is gone since "
          + loss.get().at().truncatedTo(ChronoUnit.SECONDS)
          + ", because "
          + loss.get().sentence();
    }
    if (reason == MissReason.NOT_KEPT) {
      return "it ran before, and its state was not kept, because states were kept every so many"
          + " steps only";
    }
    if (reason == MissReason.NEVER_BUILT || changes.isEmpty()) {
      return neverBuilt(relative, builtBefore);
    }
    return change(changes.getFirst(), label) + since(relative);
  }

  private static String neverBuilt(Optional<Relative> relative, int builtBefore) {
    if (relative.isEmpty()) {
      return "nothing like it was built before";
    }
    return builtBefore == 0
        ? "no step of this request was built before"
        : "it was never built on top of state " + relative.get().id().shortHex();
  }

  private static String since(Optional<Relative> relative) {
    return relative.map(r -> " since state " + r.id().shortHex() + " was built").orElse("");
  }

  private static String change(StepChange change, String label) {
    return switch (change.kind()) {
      case ENGINE -> engine(change.differences());
      case EDITED -> edited(change.differences(), change.label());
      case REPLACED -> label + " has taken the place of " + change.label();
      case INSERTED -> "the step was inserted";
      case REMOVED -> "the step " + change.label() + " before it was removed";
      case MOVED -> "the step " + change.label() + " was moved";
    };
  }

  private static String engine(List<Difference> differences) {
    for (Difference d : differences) {
      if (d.kind() == IngredientKind.SERVER_VERSION) {
        String before = d.before().orElse("");
        String after = d.after().orElse("");
        return "PostgreSQL changed from "
            + before
            + " to "
            + after
            + (Reasons.major(before).equals(Reasons.major(after))
                ? ""
                : ", another major version,");
      }
    }
    return named(differences);
  }

  private static String edited(List<Difference> differences, String label) {
    return differences.isEmpty() ? label + " changed" : named(differences);
  }

  private static String named(List<Difference> differences) {
    StringBuilder text = new StringBuilder();
    int named = Math.min(differences.size(), MOST_NAMED);
    for (int i = 0; i < named; i++) {
      text.append(i == 0 ? "" : i == differences.size() - 1 ? " and " : ", ");
      text.append(one(differences.get(i)));
    }
    if (differences.size() > named) {
      text.append(" and ").append(differences.size() - named).append(" more");
    }
    return text.toString();
  }

  private static String one(Difference d) {
    String thing = thing(d);
    return switch (d.change()) {
      case CHANGED ->
          d.before().isPresent() && d.kind() != IngredientKind.BINARIES
              ? thing + " changed from " + quote(d.before()) + " to " + quote(d.after())
              : thing + " changed";
      case ADDED -> thing + (isRead(d.kind()) ? " is now read" : " was added");
      case REMOVED -> thing + (isRead(d.kind()) ? " is not read any more" : " was removed");
    };
  }

  private static boolean isRead(IngredientKind kind) {
    return kind.isScriptFile() || kind == IngredientKind.CHANGESET_FILE;
  }

  private static String quote(Optional<String> value) {
    String text = value.orElse("");
    return text.isEmpty() ? "none" : "\"" + text + "\"";
  }

  private static String thing(Difference d) {
    return switch (d.kind()) {
      case IMAGE -> "the image";
      case SERVER_VERSION -> "the version of PostgreSQL";
      case BINARIES -> "the binaries of PostgreSQL (same version, other files)";
      case INITDB_OPTIONS -> "the options of initdb";
      case LOCALE_PROVIDER -> "the locale provider";
      case LOCALE -> "the locale";
      case LOCALE_VERSION -> "the version of the locale";
      case DATA_CHECKSUMS -> "data checksums";
      case BLOCK_SIZE -> "the page size";
      case SETTINGS -> "the settings of new clusters";
      case LIQUIBASE_VERSION -> "the version of Liquibase";
      case EXTENSION -> "extension jar " + d.name();
      case PARAMETER -> "changelog parameter " + d.name();
      case CONTEXTS -> "the contexts";
      case LABELS -> "the labels";
      case CHANGESET_FILE -> d.name() + ", which the changeset reads,";
      case SCRIPT -> "script " + d.name();
      case INCLUDE -> "included script " + d.name();
      case DATA_FILE -> "data file " + d.name();
      case COMMAND -> "the command";
      case STDIN -> "standard input";
      case VARIABLE -> "variable " + d.name();
      case SINGLE_TRANSACTION -> "--single-transaction";
      case CHANGESET -> "the changeset's path, id or author";
      case CHECKSUM -> "the changeset";
      case SOURCE -> "the way psql is given it";
      case ABSENT_FILE -> "the optional " + d.name();
      case CONTENT, REST -> "its content";
    };
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
