package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.ContentHasher;
import io.taidon.engine.psql.Conditions.Activity;
import io.taidon.engine.psql.PsqlVariables.Value;
import io.taidon.engine.psql.SlashCommand.Argument;
import io.taidon.engine.psql.WorkspaceFiles.Found;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Runs the backslash commands of one script as far as they decide which files are read: includes,
 * copies, variables, directories and branches. Not thread-safe.
 */
final class ScriptCommands implements PsqlScanner.Handler {

  /**
   * The script whose commands these are.
   *
   * @param placeName names it in messages
   * @param inputFile its name as psql opened it, which {@code \ir} starts from; empty if it has
   *     none
   * @param stdin whether it is psql's standard input
   */
  record Script(String placeName, String inputFile, boolean stdin) {}

  private final ScriptWalk walk;
  private final ScriptSource source;
  private final ContentHasher hasher;
  private final Script script;
  private Conditions conditions = new Conditions(Activity.ALWAYS);
  private Optional<PsqlScanner> scanner = Optional.empty();

  ScriptCommands(ScriptWalk walk, ScriptSource source, ContentHasher hasher, Script script) {
    this.walk = walk;
    this.source = source;
    this.hasher = hasher;
    this.script = script;
  }

  /** Reads the whole script. */
  void scan(StatementTracker tracker, Activity activity) {
    conditions = new Conditions(activity);
    PsqlScanner reading = new PsqlScanner(source, tracker, this);
    scanner = Optional.of(reading);
    reading.run();
  }

  /** Runs the one command of {@code -c}, which is all the source has. */
  void only(int length) {
    String text = source.whole(length);
    SlashCommand command = SlashCommand.read(text, walk.state().variables());
    requireAllowed(command);
    consume(length - execute(command));
  }

  @Override
  public boolean command() {
    SlashCommand command = SlashCommand.read(source.remainder(), walk.state().variables());
    source.hashConsumed();
    if (branches(command)) {
      consume(command.length());
      return true;
    }
    if (conditions.activity() == Activity.NEVER) {
      consume(command.length());
      return true;
    }
    requireAllowed(command);
    int handled = execute(command);
    consume(command.length() - handled);
    boolean quits = command.name().equals("q") || command.name().equals("quit");
    boolean surely = !conditions.isInBlock() || conditions.activity() == Activity.ALWAYS;
    return !(quits && surely);
  }

  @Override
  public Value variable(String name) {
    return conditions.activity() == Activity.NEVER
        ? new Value.Unset()
        : walk.state().variables().get(name);
  }

  @Override
  public boolean sendsStatements() {
    return conditions.activity() != Activity.NEVER;
  }

  private void consume(int count) {
    source.consume(count);
    source.hashConsumed();
  }

  private boolean branches(SlashCommand command) {
    if (scanner.isEmpty()) {
      return false;
    }
    PsqlScanner reading = scanner.get();
    boolean asks = command.name().equals("if") || command.name().equals("elif");
    if (asks && conditions.mayEvaluate(command.name().equals("if"))) {
      requireAllowed(command);
    }
    Optional<Boolean> condition = Conditions.evaluate(command.arguments());
    switch (command.name()) {
      case "if" -> walk.state(conditions.begin(condition, walk.state(), reading.parenDepth()));
      case "elif" -> walk.state(conditions.next(condition, walk.state(), reading));
      case "else" -> walk.state(conditions.next(Optional.of(true), walk.state(), reading));
      case "endif" -> walk.state(conditions.end(walk.state(), reading));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void requireAllowed(SlashCommand command) {
    CommandRules.refusal(command)
        .ifPresent(why -> {
          throw refused("\\" + ByteText.decode(command.name()) + " " + why);
        });
  }

  private TaidonException refused(String what) {
    return place()
        .failure(
            ErrorCode.INVALID_SCRIPT,
            what + ", which a prepare cannot allow: it must be repeatable")
        .remedy("Take it out of the script, or run the script with run:psql.");
  }

  /** Returns how many bytes of the command are consumed already. */
  private int execute(SlashCommand command) {
    List<Argument> arguments = command.arguments();
    switch (command.name()) {
      case "i", "include" -> {
        return include(command, false);
      }
      case "ir", "include_relative" -> {
        return include(command, true);
      }
      case "lo_import" -> {
        return arguments.isEmpty() ? 0 : dataFile(command, arguments.getFirst());
      }
      case "cd" -> {
        return changeDirectory(command);
      }
      case "set" -> set(arguments);
      case "unset" -> arguments.stream().limit(1).forEach(this::unset);
      case "gset" -> {
        send();
        gset(arguments);
      }
      case "getenv" -> {
        if (!arguments.isEmpty()) {
          forget(arguments.getFirst(), "comes from the environment");
          walk.warn(script.placeName(), source.line(), "\\getenv depends on the environment");
        }
      }
      case "g", "gx", "gexec", "crosstabview" -> send();
      case "r", "reset" -> scanner.ifPresent(PsqlScanner::reset);
      default -> {
        if (command.name().equalsIgnoreCase("copy")) {
          return copy(command);
        }
      }
    }
    return 0;
  }

  private void send() {
    scanner.ifPresent(PsqlScanner::send);
  }

  private int include(SlashCommand command, boolean relative) {
    if (command.arguments().isEmpty()) {
      return 0;
    }
    String name = fileName(command, command.arguments().getFirst());
    if (name.equals("-")) {
      throw refused("\\" + command.name() + " - reads standard input");
    }
    String inputFile = relative ? besideThisScript(name) : name;
    Path base = directory(inputFile);
    Place at = place();
    Optional<Found> found = walk.files().find(base, inputFile, at::failure);
    leaveOut(command.length());
    if (found.isPresent()) {
      hasher.include(walk.include(found.get(), inputFile, at::failure, at, conditions.activity()));
    } else {
      missing(base, inputFile, name, at);
    }
    return command.length();
  }

  /** psql puts the name behind the directory part of the name that it opened this script by. */
  private String besideThisScript(String name) {
    int slash = script.inputFile().lastIndexOf('/');
    return name.startsWith("/") || slash < 0
        ? name
        : script.inputFile().substring(0, slash + 1) + name;
  }

  private void missing(Path base, String name, String written, Place at) {
    if (conditions.activity() == Activity.ALWAYS) {
      throw WorkspaceFiles.notFound(base, name, written, at::failure);
    }
    walk.files().noteAbsent(base, name, at::failure);
    hasher.absent();
  }

  private int dataFile(SlashCommand command, Argument argument) {
    String name = fileName(command, argument);
    return data(name, argument.start(), argument.end());
  }

  private int copy(SlashCommand command) {
    Optional<CopyCommand> copy = CopyCommand.read(command.wholeLine());
    if (copy.isEmpty()) {
      return 0;
    }
    boolean from = copy.get().from();
    int argumentsAt = 1 + command.name().length();
    return switch (copy.get().target()) {
      case CopyCommand.Target.Program program ->
          throw refused("\\copy program runs a shell command");
      case CopyCommand.Target.Script script -> {
        if (from) {
          scanner.ifPresent(PsqlScanner::expectInlineData);
        }
        yield 0;
      }
      case CopyCommand.Target.Terminal terminal -> {
        if (from && script.stdin()) {
          scanner.ifPresent(PsqlScanner::expectInlineData);
        }
        yield 0;
      }
      case CopyCommand.Target.File file -> {
        if (!from) {
          throw refused("\\copy to a file writes a file");
        }
        String name = ByteText.decode(file.name());
        requireNoHome(name);
        yield data(name, argumentsAt + file.start(), argumentsAt + file.end());
      }
    };
  }

  /** Puts a data file's digest where its name stands. */
  private int data(String name, int start, int end) {
    Path base = directory(name);
    Place at = place();
    Optional<Found> found = walk.files().find(base, name, at::failure);
    consume(start);
    leaveOut(end - start);
    if (found.isPresent()) {
      hasher.data(walk.files().data(found.get(), name, at::failure));
    } else {
      missing(base, name, name, at);
    }
    return end;
  }

  /**
   * Leaves a part of the command out of the hash, where it is the script's own text; a command that
   * comes out of a variable is hashed as it was written.
   */
  private void leaveOut(int count) {
    boolean ownText = !source.isExpanding();
    source.consume(count);
    if (ownText) {
      source.leaveOutConsumed();
    } else {
      source.hashConsumed();
    }
  }

  private int changeDirectory(SlashCommand command) {
    if (command.arguments().isEmpty()) {
      throw refused("\\cd without a directory goes to the home directory");
    }
    Argument argument = command.arguments().getFirst();
    String name = known(command, argument);
    Path directory = directory(name).resolve(name);
    try {
      Path real = directory.toRealPath();
      if (!java.nio.file.Files.isDirectory(real)) {
        throw place().failure(ErrorCode.FILE_UNREADABLE, name + " is not a directory");
      }
      walk.state(walk.state().in(Optional.of(real)));
    } catch (java.io.IOException e) {
      if (conditions.activity() == Activity.ALWAYS) {
        throw WorkspaceFiles.notFound(directory(name), name, name, place()::failure);
      }
      walk.state(walk.state().in(Optional.empty()));
    }
    return 0;
  }

  private void set(List<Argument> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    StringBuilder value = new StringBuilder();
    Optional<String> unknown = Optional.empty();
    for (Argument part : arguments.subList(1, arguments.size())) {
      switch (part.value()) {
        case Value.Known known -> value.append(known.text());
        case Value.Unset unset -> {}
        case Value.Unknown why -> unknown = Optional.of(why.why());
      }
    }
    if (unknown.isPresent()) {
      forget(arguments.getFirst(), unknown.get());
    } else if (arguments.getFirst().isKnown()) {
      walk.state().variables().set(arguments.getFirst().text(), value.toString());
    } else {
      forget(arguments.getFirst(), "");
    }
  }

  private void unset(Argument name) {
    if (name.isKnown()) {
      walk.state().variables().unset(name.text());
    } else {
      forget(name, "");
    }
  }

  /** A variable gets a value that is not known; if its name is not known either, any may. */
  private void forget(Argument name, String why) {
    if (name.isKnown()) {
      walk.state().variables().forget(name.text(), why);
    } else {
      walk.state().variables().forgetAll("");
    }
  }

  private void gset(List<Argument> arguments) {
    walk.state().variables().forgetAll(arguments.isEmpty() ? "" : arguments.getFirst().text());
  }

  private String fileName(SlashCommand command, Argument argument) {
    String name = known(command, argument);
    requireNoHome(name);
    return name;
  }

  private String known(SlashCommand command, Argument argument) {
    return switch (argument.value()) {
      case Value.Known known -> ByteText.decode(known.text());
      case Value.Unset unset -> "";
      case Value.Unknown why ->
          throw place()
              .failure(
                  ErrorCode.INVALID_SCRIPT,
                  "\\"
                      + command.name()
                      + " names a file by a variable whose value "
                      + why.why()
                      + ", so what it reads is not known before it runs")
              .remedy("Write the path, or set the variable with \\set or -v to a constant.");
    };
  }

  private void requireNoHome(String name) {
    if (name.startsWith("~")) {
      throw refused("a path from the home directory (" + name + ") differs between machines");
    }
  }

  private Path directory(String name) {
    if (name.startsWith("/")) {
      return walk.workspace().root();
    }
    return walk.state()
        .directory()
        .orElseThrow(() ->
            place()
                .failure(
                    ErrorCode.INVALID_SCRIPT,
                    name + " is relative to a directory that an \\if block may have changed")
                .remedy("Use \\ir with an absolute path, or move \\cd out of the \\if block."));
  }

  private Place place() {
    return new Place(script.placeName(), source.line());
  }
}
