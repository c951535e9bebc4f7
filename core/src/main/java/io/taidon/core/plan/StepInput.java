package io.taidon.core.plan;

import io.taidon.core.state.Digest;
import java.util.List;

/**
 * One step as the planner needs to know it.
 *
 * @param kind what applies it
 * @param label what users call it, for example {@code -f schema.sql}; not part of its identity
 * @param hash everything that changes its result, hashed by {@link
 *     io.taidon.core.state.StateIdentity}
 * @param warnings what may make two runs differ, one sentence each, with the place
 */
public record StepInput(StepKind kind, String label, Digest hash, List<String> warnings) {
  public StepInput {
    warnings = List.copyOf(warnings);
  }
}
