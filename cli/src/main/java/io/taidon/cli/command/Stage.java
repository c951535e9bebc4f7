package io.taidon.cli.command;

import io.taidon.cli.CliException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * A command with its arguments, before it runs.
 *
 * @param name what the user called, for example {@code config get}
 */
public record Stage(String name, Command command, CommandSpec spec, List<String> tokens) {

  static Stage of(String name, Command command, List<String> tokens) {
    return new Stage(name, command, command.spec(), tokens);
  }

  /** Whether only help is wanted. */
  boolean wantsHelp() {
    if (command.tool() != ToolSyntax.NONE && tokens.equals(List.of("-h"))) {
      return true;
    }
    for (String token : ours()) {
      if (token.equals("--help") || (token.equals("-h") && command.tool() == ToolSyntax.NONE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The arguments, told apart and checked.
   *
   * @throws CliException a usage error
   */
  Arguments parse() {
    try {
      return new Arguments(new CommandLine(spec).parseArgs(ours().toArray(String[]::new)), tools());
    } catch (ParameterException e) {
      String message = String.valueOf(e.getMessage());
      throw CliException.usage(message.endsWith(".") ? message : message + ".")
          .remedy("See `sqlrs " + name + " --help`.");
    }
  }

  String help() {
    return new CommandLine(spec).getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private List<String> ours() {
    return split(true);
  }

  private List<String> tools() {
    return split(false);
  }

  /**
   * Options of ours may stand anywhere before {@code --}; everything else, and all that follows
   * {@code --}, is the tool's.
   */
  private List<String> split(boolean wantOurs) {
    if (command.tool() == ToolSyntax.NONE) {
      return wantOurs ? tokens : List.of();
    }
    Map<String, OptionSpec> options = spec.optionsMap();
    List<String> ours = new ArrayList<>();
    List<String> tools = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      if (token.equals("--")) {
        tools.addAll(tokens.subList(i + 1, tokens.size()));
        break;
      }
      int equals = token.indexOf('=');
      OptionSpec option = options.get(equals < 0 ? token : token.substring(0, equals));
      boolean hasNext = i + 1 < tokens.size();
      List<String> side = option == null ? tools : ours;
      side.add(token);
      boolean takesNext =
          option == null ? command.tool().takesNext(token) : option.arity().min() > 0 && equals < 0;
      if (takesNext && hasNext) {
        side.add(tokens.get(++i));
      }
    }
    return wantOurs ? ours : tools;
  }
}
