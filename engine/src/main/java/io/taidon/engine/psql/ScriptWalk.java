package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.ContentHasher;
import io.taidon.core.state.ContentHasher.Content;
import io.taidon.core.state.Digest;
import io.taidon.engine.psql.Conditions.Activity;
import io.taidon.engine.psql.WorkspaceFiles.Found;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Goes through all that one psql invocation reads, in the order in which psql does, and hashes it.
 * One walk per step. Not thread-safe.
 */
final class ScriptWalk {
  private static final int MAX_DEPTH = 200;

  /**
   * A script that is being read.
   *
   * @param includedAt the place of the command that includes it; empty for the outermost
   */
  private record Open(Path real, Optional<Place> includedAt) {}

  private final Workspace workspace;
  private final ByteBudget budget;
  private final WorkspaceFiles files;
  private final Warnings warnings = new Warnings();
  private final Deque<Open> open = new ArrayDeque<>();
  private ScriptState state;
  private boolean standardStrings = true;

  ScriptWalk(Workspace workspace, ByteBudget budget, PsqlVariables variables) {
    this.workspace = workspace;
    this.budget = budget;
    this.files = new WorkspaceFiles(workspace, budget);
    this.state = new ScriptState(variables, Optional.of(workspace.workDir()));
  }

  /** The digests of the content of one input. */
  Content input(PsqlInput input, Optional<Path> stdin) {
    return switch (input) {
      case PsqlInput.Script script -> script(script);
      case PsqlInput.Stdin piped -> stdin(piped, stdin);
      case PsqlInput.Command command -> command(command);
    };
  }

  WorkspaceFiles files() {
    return files;
  }

  List<String> warnings() {
    return warnings.list();
  }

  private Content script(PsqlInput.Script script) {
    WorkspaceFiles.Named named = WorkspaceFiles.onCommandLine("-f");
    Found found =
        files
            .find(workspace.workDir(), script.path(), named)
            .orElseThrow(() ->
                WorkspaceFiles.notFound(workspace.workDir(), script.path(), script.path(), named));
    return file(found, script.path(), named, Optional.empty(), Activity.ALWAYS);
  }

  private Content stdin(PsqlInput.Stdin piped, Optional<Path> spool) {
    Path path =
        spool.orElseThrow(() ->
            TaidonException.of(
                ErrorCode.INVALID_ARGUMENT, "-f - was given, but no standard input."));
    try (InputStream in = Files.newInputStream(path)) {
      return read(in, piped.placeName(), "", true, Activity.ALWAYS);
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.FILE_UNREADABLE, "Standard input cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private Content command(PsqlInput.Command command) {
    byte[] text = command.text().getBytes(StandardCharsets.UTF_8);
    ContentHasher hasher = new ContentHasher();
    ScriptSource source =
        new ScriptSource(
            new ByteArrayInputStream(text), command.placeName(), hasher, budget::spend);
    if (command.isBackslashCommand()) {
      // psql runs the first command, ignores what follows, and takes line breaks for spaces.
      new ScriptCommands(
              this, source, hasher, new ScriptCommands.Script(command.placeName(), "", false))
          .only(text.length);
    } else {
      PsqlScanner.Handler sql = new PlainSql(source);
      new PsqlScanner(source, tracker(command.placeName(), () -> true), sql).run();
    }
    return hasher.finishBoth();
  }

  /** Reads a script inside another one. */
  Digest include(
      Found found, String inputFile, WorkspaceFiles.Named named, Place at, Activity activity) {
    budget.include();
    refuseCycle(found.real(), at);
    if (open.size() >= MAX_DEPTH) {
      throw at.failure(
          ErrorCode.INVALID_SCRIPT, "scripts include each other more than 200 levels deep");
    }
    return file(found, inputFile, named, Optional.of(at), activity).expanded();
  }

  private Content file(
      Found found,
      String inputFile,
      WorkspaceFiles.Named named,
      Optional<Place> includedAt,
      Activity activity) {
    open.push(new Open(found.real(), includedAt));
    try (InputStream in = files.open(found, inputFile, named)) {
      Content content = read(in, workspace.placeName(found.real()), inputFile, false, activity);
      InputFile.Role role = includedAt.isPresent() ? InputFile.Role.INCLUDE : InputFile.Role.SCRIPT;
      files.remember(found, role, content.expanded(), content.own());
      return content;
    } catch (IOException e) {
      throw named.failure(
          ErrorCode.FILE_UNREADABLE, "cannot read " + inputFile + ": " + e.getMessage());
    } finally {
      open.pop();
    }
  }

  private Content read(
      InputStream in, String placeName, String inputFile, boolean stdin, Activity activity) {
    ContentHasher hasher = new ContentHasher();
    ScriptSource source = new ScriptSource(in, placeName, hasher, budget::spend);
    ScriptCommands commands =
        new ScriptCommands(
            this, source, hasher, new ScriptCommands.Script(placeName, inputFile, stdin));
    StatementTracker tracker = tracker(placeName, commands::sendsStatements);
    commands.scan(tracker, activity);
    standardStrings = tracker.standardStrings();
    return hasher.finishBoth();
  }

  private StatementTracker tracker(String placeName, BooleanSupplier runs) {
    return new StatementTracker(
        standardStrings, runs, (finding, line) -> warnings.add(placeName, line, finding));
  }

  private void refuseCycle(Path real, Place at) {
    if (open.stream().noneMatch(o -> o.real().equals(real))) {
      return;
    }
    StringBuilder chain = new StringBuilder();
    boolean inCycle = false;
    for (Iterator<Open> i = open.descendingIterator(); i.hasNext(); ) {
      Open script = i.next();
      if (inCycle) {
        script.includedAt().ifPresent(place -> chain.append(place).append(" -> "));
      }
      inCycle |= script.real().equals(real);
    }
    chain.append(at).append(" -> ").append(workspace.placeName(real));
    throw at.failure(ErrorCode.INCLUDE_CYCLE, "a script includes itself: " + chain)
        .with("chain", chain.toString());
  }

  Workspace workspace() {
    return workspace;
  }

  ScriptState state() {
    return state;
  }

  void state(ScriptState newState) {
    state = newState;
  }

  void warn(String placeName, long line, String finding) {
    warnings.add(placeName, line, finding);
  }

  /** SQL of {@code -c}, which psql sends as it stands: no commands, no variables, no COPY data. */
  private record PlainSql(ScriptSource source) implements PsqlScanner.Handler {
    @Override
    public boolean command() {
      source.advance(1);
      return true;
    }

    @Override
    public PsqlVariables.Value variable(String name) {
      return new PsqlVariables.Value.Unset();
    }

    @Override
    public boolean sendsStatements() {
      return false;
    }
  }
}
