package io.taidon.core.segment;

import io.taidon.core.plan.StepInput;
import io.taidon.core.state.StateId;
import java.util.List;
import java.util.Optional;

/**
 * The steps of a request as a pod worked them out from its sources, ready for the planner.
 *
 * @param postgresVersion the version of the server that runs them, such as {@code 17.11}
 * @param base state 0 of that server
 * @param sourceRevision the commit or checksum that the sources were resolved to
 * @param steps all steps, in order
 */
public record Manifest(
    String postgresVersion, StateId base, Optional<String> sourceRevision, List<StepInput> steps) {
  /** The version of the JSON form. */
  public static final int VERSION = 1;

  public Manifest {
    steps = List.copyOf(steps);
  }
}
