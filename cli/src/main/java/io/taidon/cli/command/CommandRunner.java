package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.Interrupts;
import io.taidon.cli.Streams;
import io.taidon.cli.Version;
import io.taidon.cli.output.ErrorPrinter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Takes a command line apart and has its command, or its two, run. */
public final class CommandRunner {
  private final Streams streams;
  private final Map<String, String> environment;
  private final Path cwd;
  private final Interrupts interrupts;
  private @Nullable Session session;

  public CommandRunner(
      Streams streams, Map<String, String> environment, Path cwd, Interrupts interrupts) {
    this.streams = streams;
    this.environment = environment;
    this.cwd = cwd;
    this.interrupts = interrupts;
  }

  /** Runs a command line to its end; every failure is printed here and becomes an exit code. */
  public int run(List<String> args) throws InterruptedException {
    CommandSpec globals = Commands.globals();
    int verb = verbIndex(args, globals);
    boolean wantsJson = wantsJson(args.subList(0, verb));
    try {
      return execute(args, globals, verb);
    } catch (CliException e) {
      if (wantsJson || (session != null && session.isConfiguredJson())) {
        ErrorPrinter.json(streams.err(), e);
      } else {
        ErrorPrinter.human(streams.err(), e);
      }
      return e.exitCode();
    } catch (IOException e) {
      CliException failure =
          CliException.of("internal_error", "Reading or writing failed: " + e.getMessage() + ".");
      ErrorPrinter.human(streams.err(), failure);
      return failure.exitCode();
    } finally {
      streams.out().flush();
      streams.err().flush();
    }
  }

  private int execute(List<String> args, CommandSpec spec, int verb)
      throws IOException, InterruptedException {
    Dashes.check(args);
    Arguments globals = parseGlobals(spec, args.subList(0, verb));
    if (globals.flag("--version")) {
      streams.out().println("sqlrs " + Version.CURRENT);
      return ExitCodes.OK;
    }
    if (globals.flag("--help")) {
      streams.out().print(Commands.overview());
      return ExitCodes.OK;
    }
    if (verb == args.size()) {
      throw CliException.usage("A command is missing.").remedy("`sqlrs help` lists the commands.");
    }
    Session session = new Session(globals, streams, environment, cwd, interrupts);
    this.session = session;
    return dispatch(args.subList(verb, args.size()), session);
  }

  private int dispatch(List<String> words, Session session)
      throws IOException, InterruptedException {
    int boundary = Boundary.find(words);
    Stage stage = Commands.stage(boundary < 0 ? words : words.subList(0, boundary));
    if (stage.wantsHelp()) {
      streams.out().print(stage.help());
      return ExitCodes.OK;
    }
    if (stage.command() instanceof PrepareCommand preparation && boundary >= 0) {
      Stage second = Commands.stage(words.subList(boundary, words.size()));
      if (!(second.command() instanceof RunCommand run)) {
        throw CliException.usage("'" + second.name() + "' cannot follow a prepare.");
      }
      if (second.wantsHelp()) {
        streams.out().print(second.help());
        return ExitCodes.OK;
      }
      return Composite.run(stage, preparation, second, run, session);
    }
    return stage.command().run(parse(stage), session);
  }

  private static Arguments parse(Stage stage) {
    try {
      return stage.parse();
    } catch (CliException e) {
      throw stage.command() instanceof InitCommand ? e.exitCode(ExitCodes.INIT_USAGE) : e;
    }
  }

  private static Arguments parseGlobals(CommandSpec spec, List<String> args) {
    try {
      return new Arguments(new CommandLine(spec).parseArgs(args.toArray(String[]::new)), List.of());
    } catch (ParameterException e) {
      throw CliException.usage(e.getMessage() + ".").remedy("See `sqlrs --help`.");
    }
  }

  /** The first word that is no global option and no value of one. */
  private static int verbIndex(List<String> args, CommandSpec globals) {
    int i = 0;
    while (i < args.size() && args.get(i).startsWith("-")) {
      OptionSpec option = globals.findOption(args.get(i));
      i += option != null && option.arity().min() > 0 ? 2 : 1;
    }
    return Math.min(i, args.size());
  }

  private static boolean wantsJson(List<String> globals) {
    int place = globals.lastIndexOf("--output");
    return globals.contains("--output=json")
        || (place >= 0 && place + 1 < globals.size() && globals.get(place + 1).equals("json"));
  }
}
