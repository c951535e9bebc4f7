package io.taidon.engine.psql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * psql's variables as far as they are known without running anything. Names and values are {@link
 * ByteText}. Not thread-safe.
 */
final class PsqlVariables {

  /** What is known of a variable. */
  sealed interface Value {
    record Known(String text) implements Value {}

    record Unset() implements Value {}

    /**
     * Its value is known at run time only.
     *
     * @param why ends a sentence "its value ..."
     */
    record Unknown(String why) implements Value {}
  }

  /** Variables that psql sets, or that change values assigned to them (psql's manual page). */
  private static final Set<String> SPECIAL =
      Set.of(
          "AUTOCOMMIT COMP_KEYWORD_CASE DBNAME ECHO ECHO_HIDDEN ENCODING ERROR FETCH_COUNT HIDE_TABLEAM HIDE_TOAST_COMPRESSION HISTCONTROL HISTFILE HISTSIZE HOST IGNOREEOF LASTOID LAST_ERROR_MESSAGE LAST_ERROR_SQLSTATE ON_ERROR_ROLLBACK ON_ERROR_STOP PIPELINE_COMMAND_COUNT PIPELINE_RESULT_COUNT PIPELINE_SYNC_COUNT PORT PROMPT1 PROMPT2 PROMPT3 QUIET ROW_COUNT SERVER_VERSION_NAME SERVER_VERSION_NUM SERVICE SERVICEFILE SHELL_ERROR SHELL_EXIT_CODE SHOW_ALL_RESULTS SHOW_CONTEXT SINGLELINE SINGLESTEP SQLSTATE USER VERBOSITY VERSION VERSION_NAME VERSION_NUM WATCH_INTERVAL"
              .split(" "));

  private static final Value UNSET = new Value.Unset();
  private final Map<String, Value> values;

  /** Prefixes of {@code \gset}: any such variable may have been set. */
  private final List<String> prefixes;

  PsqlVariables(Map<String, String> initial) {
    this(new HashMap<>(), new ArrayList<>());
    initial.forEach((name, value) -> set(ByteText.encode(name), ByteText.encode(value)));
  }

  private PsqlVariables(Map<String, Value> values, List<String> prefixes) {
    this.values = values;
    this.prefixes = prefixes;
  }

  static boolean isSpecial(String name) {
    return SPECIAL.contains(name);
  }

  PsqlVariables copy() {
    return new PsqlVariables(new HashMap<>(values), new ArrayList<>(prefixes));
  }

  Value get(String name) {
    if (isSpecial(name)) {
      return new Value.Unknown("is psql's own");
    }
    Value value = values.get(name);
    if (value != null) {
      return value;
    }
    return prefixes.stream().anyMatch(name::startsWith)
        ? new Value.Unknown("may come from \\gset")
        : UNSET;
  }

  void set(String name, String value) {
    values.put(name, new Value.Known(value));
  }

  void unset(String name) {
    values.put(name, UNSET);
  }

  void forget(String name, String why) {
    values.put(name, new Value.Unknown(why));
  }

  /** {@code \gset PREFIX}: what it sets depends on the columns of a result. */
  void forgetAll(String prefix) {
    values.keySet().removeIf(name -> name.startsWith(prefix));
    prefixes.add(prefix);
  }

  /** What is known when either this or the other may be the case. */
  PsqlVariables or(PsqlVariables other) {
    PsqlVariables merged = new PsqlVariables(new HashMap<>(), new ArrayList<>(prefixes));
    merged.prefixes.addAll(other.prefixes);
    Set<String> names = new HashSet<>(values.keySet());
    names.addAll(other.values.keySet());
    for (String name : names) {
      Value mine = get(name);
      merged.values.put(
          name,
          mine.equals(other.get(name))
              ? mine
              : new Value.Unknown("depends on which branch of an \\if is taken"));
    }
    return merged;
  }
}
