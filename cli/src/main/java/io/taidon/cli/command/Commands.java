package io.taidon.cli.command;

import io.taidon.cli.CliException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** All commands by name. A command's options are built only when it is called. */
public final class Commands {
  /** As in {@code cache explain prepare:psql}. */
  private static final int MOST_WORDS = 3;

  private static final Map<String, Supplier<Command>> ALL = all();

  private static final int NAME_COLUMNS = 16;

  private Commands() {}

  private static Map<String, Supplier<Command>> all() {
    Map<String, Supplier<Command>> all = new LinkedHashMap<>();
    for (PrepareKind kind : PrepareKind.values()) {
      all.put("prepare:" + kind.word(), () -> new PrepareCommand(kind));
      all.put("plan:" + kind.word(), () -> new PlanCommand(kind));
    }
    all.put("run:psql", RunCommand::psql);
    all.put("run:pgbench", RunCommand::pgbench);
    all.put("watch", WatchCommand::new);
    all.put("ls", ListCommand::new);
    all.put("rm", RemoveCommand::new);
    all.put("start", InstanceCommand::start);
    all.put("stop", InstanceCommand::stop);
    all.put("extend", ExtendCommand::new);
    all.put("token", TokenCommand::new);
    for (PrepareKind kind : PrepareKind.values()) {
      all.put("cache explain prepare:" + kind.word(), () -> new CacheExplainCommand(kind));
    }
    all.put("status", () -> new StatusCommand("status"));
    all.put("cache evict", () -> new CacheCommand(CacheCommand.Action.EVICT));
    all.put("cache pin", () -> new CacheCommand(CacheCommand.Action.PIN));
    all.put("cache unpin", () -> new CacheCommand(CacheCommand.Action.UNPIN));
    all.put("cache log", () -> new CacheCommand(CacheCommand.Action.LOG));
    all.put("init", InitCommand::new);
    all.put("config get", () -> new ConfigCommand(ConfigCommand.Action.GET));
    all.put("config set", () -> new ConfigCommand(ConfigCommand.Action.SET));
    all.put("config rm", () -> new ConfigCommand(ConfigCommand.Action.RM));
    all.put("config schema", () -> new ConfigCommand(ConfigCommand.Action.SCHEMA));
    all.put("server start", () -> new ServerCommand(ServerCommand.Action.START));
    all.put("server stop", () -> new ServerCommand(ServerCommand.Action.STOP));
    all.put("server logs", () -> new ServerCommand(ServerCommand.Action.LOGS));
    all.put("server status", () -> new StatusCommand("server status"));
    all.put("completion", CompletionCommand::new);
    all.put("version", HelpCommand::version);
    all.put("help", HelpCommand::help);
    return all;
  }

  /** The names, in the order of the overview. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** The model of a command that {@link #names} has. */
  public static CommandSpec spec(String name) {
    return stage(List.of(name.split(" "))).spec();
  }

  /**
   * The command that the words begin with, and its arguments.
   *
   * @throws CliException a usage error with what was probably meant
   */
  public static Stage stage(List<String> words) {
    for (int length = Math.min(MOST_WORDS, words.size()); length > 0; length--) {
      String name = String.join(" ", words.subList(0, length));
      Supplier<Command> found = ALL.get(name);
      if (found != null) {
        return Stage.of(name, found.get(), words.subList(length, words.size()));
      }
    }
    throw unknown(words.getFirst(), words);
  }

  private static CliException unknown(String first, List<String> words) {
    List<String> actions = names().stream().filter(name -> name.startsWith(first + " ")).toList();
    if (!actions.isEmpty()) {
      String said = words.size() > 1 ? " '" + words.get(1) + "' is none of them." : "";
      return CliException.usage("'" + first + "' needs an action." + said)
          .remedy("Write " + String.join(", ", actions) + ".");
    }
    CliException failure = CliException.usage("There is no command '" + first + "'.");
    String verb = first.substring(0, first.indexOf(':') + 1);
    List<String> kinds =
        names().stream().filter(name -> !verb.isEmpty() && name.startsWith(verb)).toList();
    if (!kinds.isEmpty()) {
      return failure.remedy("Write " + String.join(" or ", kinds) + ".");
    }
    return Suggestion.closest(first, names())
        .map(name -> failure.remedy("Did you mean `sqlrs " + name + "`?"))
        .orElseGet(() -> failure.remedy("`sqlrs help` lists the commands."));
  }

  /** The flags before the verb. */
  public static CommandSpec globals() {
    return Specs.command(
            "",
            "[global options] COMMAND [options] [-- tool arguments]",
            "Real PostgreSQL instances in exactly the state asked for.")
        .text("--workspace", "DIR", "The workspace; else the nearest directory with .sqlrs/.")
        .text("--store", "DIR", "Where states and instances are kept.")
        .text("--endpoint", "URL", "A server that is looked after elsewhere, or auto.")
        .text("--output", "FORMAT", "human (default) or json.")
        .text("--timeout", "TIME", "How long to wait for an answer, for example 30s.")
        .flag("-v,--verbose", "Say more on standard error.")
        .flag("--version", "Print the version.")
        .example("sqlrs prepare:psql -f schema.sql")
        .example("sqlrs --output json ls --all")
        .exit(0, "done")
        .exit(1, "the engine, a job or the transport failed")
        .exit(2, "wrong usage")
        .exit(3, "a configuration file is corrupt")
        .exit(4, "blocked by safety rules; init: cannot write")
        .exit(64, "init: invalid flags")
        .exit(130, "ended by Ctrl-C")
        .build();
  }

  /** The help of {@code sqlrs} itself. */
  static String overview() {
    StringBuilder text = new StringBuilder();
    text.append(new CommandLine(globals()).getUsageMessage(CommandLine.Help.Ansi.OFF));
    text.append("\nCommands:\n");
    for (String name : names()) {
      text.append("  ").append(name).repeat(' ', Math.max(2, NAME_COLUMNS - name.length()));
      text.append(summary(name)).append('\n');
    }
    return text.append("\nEvery command has --help.\n").toString();
  }

  /** What a command does, in a sentence. */
  static String summary(String name) {
    return String.join(" ", spec(name).usageMessage().description());
  }
}
