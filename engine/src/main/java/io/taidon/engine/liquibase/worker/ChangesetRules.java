package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import liquibase.change.Change;
import liquibase.change.core.ExecuteShellCommandChange;
import liquibase.change.core.StopChange;
import liquibase.change.custom.CustomChangeWrapper;
import liquibase.changelog.ChangeSet;
import liquibase.precondition.CustomPreconditionWrapper;
import liquibase.precondition.Precondition;
import liquibase.precondition.PreconditionLogic;

/** What a changeset may not do, and what may make two runs of it differ. */
final class ChangesetRules {
  private static final Pattern VOLATILE =
      Pattern.compile(
          "\\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random"
              + "|random_normal|gen_random_uuid|uuidv4|uuidv7|uuid_generate_v1|uuid_generate_v4"
              + "|txid_current|pg_current_xact_id|pg_backend_pid|inet_server_addr|dblink)\\s*\\("
              + "|\\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\\b",
          Pattern.CASE_INSENSITIVE);

  private ChangesetRules() {}

  /**
   * @throws TaidonException INVALID_SCRIPT for a command of the operating system, and for Java code
   *     unless its jar was given
   */
  static void check(ChangeSet changeSet, boolean extensionsGiven) {
    String place = changeSet.toString(false);
    for (Change change : changeSet.getChanges()) {
      if (change instanceof ExecuteShellCommandChange) {
        throw TaidonException.of(
                ErrorCode.INVALID_SCRIPT,
                place + " runs a command of the operating system (executeCommand).")
            .with("changeset", place)
            .remedy("Leave it out, or give it a context that the prepare does not name.");
      }
      if (change instanceof CustomChangeWrapper && !extensionsGiven) {
        throw Failures.customClass(place);
      }
    }
    if (changeSet.getPreconditions() != null) {
      check(changeSet.getPreconditions(), place, extensionsGiven);
    }
  }

  /** The same for preconditions. */
  static void check(PreconditionLogic preconditions, String place, boolean extensionsGiven) {
    for (Precondition precondition : preconditions.getNestedPreconditions()) {
      switch (precondition) {
        case CustomPreconditionWrapper custom when !extensionsGiven ->
            throw Failures.customClass(place);
        case PreconditionLogic nested -> check(nested, place, extensionsGiven);
        default -> {}
      }
    }
  }

  /**
   * @param text all that it says, SQL files included
   */
  static List<String> warnings(ChangeSet changeSet, String text) {
    String place = changeSet.toString(false);
    List<String> warnings = new ArrayList<>();
    Set<String> functions = new LinkedHashSet<>();
    Matcher matcher = VOLATILE.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1) + "()";
      functions.add(name.toLowerCase(Locale.ROOT));
    }
    for (String function : functions) {
      warnings.add(place + ": " + function + " may give another result in each run");
    }
    if (changeSet.isAlwaysRun()) {
      warnings.add(
          place + ": runAlways takes effect once, because a cached state is not built again");
    }
    if (changeSet.getChanges().stream().anyMatch(StopChange.class::isInstance)) {
      warnings.add(place + ": stop ends every update here");
    }
    return warnings;
  }
}
