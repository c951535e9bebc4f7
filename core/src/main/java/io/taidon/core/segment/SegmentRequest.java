package io.taidon.core.segment;

import io.taidon.core.plan.StepKind;
import io.taidon.core.state.StateId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a pod is to plan or build. Where the sources lie in the pod and where the data goes is
 * agreed elsewhere; here is what decides the result.
 *
 * @param postgresMajor the major version of the server; empty for the image's own
 * @param directory the directory inside the sources that relative paths start from; empty for their
 *     root
 * @param invocations the tools to run, in order
 * @param build what to build; empty for a plan
 */
public record SegmentRequest(
    OptionalInt postgresMajor,
    Optional<String> directory,
    List<Invocation> invocations,
    Optional<Build> build) {
  public SegmentRequest {
    invocations = List.copyOf(invocations);
  }

  /**
   * One run of a tool, which may become many steps.
   *
   * @param args as on the command line
   */
  public record Invocation(StepKind kind, List<String> args) {
    public Invocation {
      args = List.copyOf(args);
    }
  }

  /**
   * The part of a plan that must run.
   *
   * @param start the state that the data directory holds when the pod begins; empty where it is
   *     empty and state 0 must be made
   * @param steps all steps of the plan with the states after them, as the planner put them, so that
   *     the pod can notice sources that changed meanwhile
   * @param firstStep the number of the first step to run, 1 for the first
   * @param seals the states to seal, in order; the last is the one that is wanted
   */
  public record Build(
      Optional<StateId> start, List<StateId> steps, int firstStep, List<StateId> seals) {
    public Build {
      steps = List.copyOf(steps);
      seals = List.copyOf(seals);
    }
  }
}
