package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.explain.IngredientKind;
import io.taidon.core.explain.Ingredients;
import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepInput;
import io.taidon.core.state.Digest;
import io.taidon.core.state.KeyedDigest;
import io.taidon.core.state.PsqlStepIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One psql invocation, known down to every file it reads.
 *
 * @param input what the planner needs
 * @param identity what makes it what it is
 * @param ownText digest of what psql is given, without what it includes
 * @param source what psql is given
 * @param arguments the options that hold for it
 * @param workspace where its files are
 * @param stdin the file with its standard input; empty unless {@code source} is that
 * @param files all it reads but standard input, each once, in the order in which they end
 * @param absent files it reads if they are there, and they were not
 */
public record PsqlStep(
    StepInput input,
    PsqlStepIdentity identity,
    Digest ownText,
    PsqlInput source,
    PsqlArguments arguments,
    Workspace workspace,
    Optional<Path> stdin,
    List<InputFile> files,
    List<Path> absent) {
  public PsqlStep {
    files = List.copyOf(files);
    absent = List.copyOf(absent);
  }

  /**
   * Call after the step ran: what psql read must be what was hashed.
   *
   * @throws TaidonException INPUT_CHANGED if a file has another size, time or inode now, or has
   *     come into being
   */
  public void checkUnchanged() {
    for (InputFile file : files) {
      if (!file.isUnchanged()) {
        throw changed(file.path(), "changed");
      }
    }
    for (Path path : absent) {
      if (Files.exists(path)) {
        throw changed(path, "came into being");
      }
    }
  }

  /** What the step is made of, for later comparison. */
  public StepOrigin origin(KeyedDigest key) {
    List<Ingredients.ReadFile> read = new ArrayList<>();
    switch (source) {
      case PsqlInput.Command command ->
          read.add(new Ingredients.ReadFile(IngredientKind.COMMAND, "", ownText));
      case PsqlInput.Stdin piped ->
          read.add(new Ingredients.ReadFile(IngredientKind.STDIN, "", ownText));
      case PsqlInput.Script script -> {}
    }
    for (InputFile file : files) {
      read.add(
          new Ingredients.ReadFile(
              kindOf(file.role()), workspace.placeName(file.path()), file.own()));
    }
    List<String> missing = absent.stream().map(workspace::placeName).toList();
    return new StepOrigin(
        input.kind(), input.label(), input.hash(), Ingredients.of(identity, read, missing, key));
  }

  private static IngredientKind kindOf(InputFile.Role role) {
    return switch (role) {
      case SCRIPT -> IngredientKind.SCRIPT;
      case INCLUDE -> IngredientKind.INCLUDE;
      case DATA -> IngredientKind.DATA_FILE;
    };
  }

  private TaidonException changed(Path path, String how) {
    String name = workspace.placeName(path);
    return TaidonException.of(
            ErrorCode.INPUT_CHANGED, name + " " + how + " while " + source.label() + " ran.")
        .with("file", name)
        .remedy("Run the prepare again.");
  }
}
