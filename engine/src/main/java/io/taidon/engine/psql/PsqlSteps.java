package io.taidon.engine.psql;

import io.taidon.core.plan.StepInput;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.ContentHasher.Content;
import io.taidon.core.state.PsqlStepIdentity;
import io.taidon.core.state.StateIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns a psql command line into steps, by reading every file that psql will read. Runs nothing.
 *
 * <p>Thread-safe.
 */
public final class PsqlSteps {

  /**
   * How much may be read.
   *
   * @param maxTotalBytes how much all scripts and data files of one prepare may hold together, each
   *     as often as it is read
   */
  public record Limits(long maxTotalBytes) {
    /** 1 GiB. */
    public static final Limits DEFAULT = new Limits(1L << 30);
  }

  private PsqlSteps() {}

  /**
   * @param stdinSpool a file with what came on standard input
   * @throws io.taidon.core.error.TaidonException for a file that is missing, unreadable, no text,
   *     outside the workspace or too large, an include cycle, or a command that is not allowed
   */
  public static List<PsqlStep> resolve(
      PsqlArguments arguments, Workspace workspace, Optional<Path> stdinSpool, Limits limits) {
    ByteBudget budget = new ByteBudget(limits);
    List<PsqlStep> steps = new ArrayList<>();
    for (PsqlInput input : arguments.inputs()) {
      steps.add(step(input, arguments, workspace, stdinSpool, budget));
    }
    return List.copyOf(steps);
  }

  private static PsqlStep step(
      PsqlInput input,
      PsqlArguments arguments,
      Workspace workspace,
      Optional<Path> stdinSpool,
      ByteBudget budget) {
    ScriptWalk walk = new ScriptWalk(workspace, budget, new PsqlVariables(arguments.variables()));
    Content content = walk.input(input, stdinSpool);
    PsqlStepIdentity identity =
        new PsqlStepIdentity(
            sourceOf(input),
            content.expanded(),
            arguments.variables(),
            arguments.singleTransaction());
    StepInput planned =
        new StepInput(
            StepKind.PSQL, input.label(), StateIdentity.psqlStep(identity), walk.warnings());
    return new PsqlStep(
        planned,
        identity,
        content.own(),
        input,
        arguments,
        workspace,
        input instanceof PsqlInput.Stdin ? stdinSpool : Optional.empty(),
        walk.files().files(),
        walk.files().absent());
  }

  private static PsqlStepIdentity.Source sourceOf(PsqlInput input) {
    return switch (input) {
      case PsqlInput.Script script -> PsqlStepIdentity.Source.SCRIPT;
      case PsqlInput.Stdin stdin -> PsqlStepIdentity.Source.SCRIPT;
      case PsqlInput.Command command -> PsqlStepIdentity.Source.COMMAND;
    };
  }
}
