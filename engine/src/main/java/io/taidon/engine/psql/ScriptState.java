package io.taidon.engine.psql;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a script changes in psql while it runs, as far as it is known.
 *
 * @param variables mutable
 * @param directory psql's working directory; empty if it depends on a branch
 */
record ScriptState(PsqlVariables variables, Optional<Path> directory) {

  ScriptState copy() {
    return new ScriptState(variables.copy(), directory);
  }

  ScriptState in(Optional<Path> newDirectory) {
    return new ScriptState(variables, newDirectory);
  }

  /** What is known when either this or the other may be the case. */
  ScriptState or(ScriptState other) {
    return new ScriptState(
        variables.or(other.variables),
        directory.equals(other.directory) ? directory : Optional.empty());
  }
}
