package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.Version;
import io.taidon.cli.client.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code help} and {@code version}. */
final class HelpCommand implements Command {
  private final boolean isVersion;

  private HelpCommand(boolean isVersion) {
    this.isVersion = isVersion;
  }

  static HelpCommand help() {
    return new HelpCommand(false);
  }

  static HelpCommand version() {
    return new HelpCommand(true);
  }

  @Override
  public CommandSpec spec() {
    return isVersion
        ? Specs.command("version", "", "Print the version.")
            .example("sqlrs version")
            .usualExits()
            .build()
        : Specs.command("help", "[COMMAND]", "Print help, of one command or of all.")
            .positional(0, "COMMAND", false, "For example prepare:psql, or config.")
            .positional(1, "ACTION", false, "For example set.")
            .example("sqlrs help prepare:psql")
            .usualExits()
            .build();
  }

  @Override
  public int run(Arguments arguments, Session session) {
    if (isVersion) {
      session
          .out()
          .println(
              session.isJson()
                  ? Json.object().with("version", Version.CURRENT)
                  : "sqlrs " + Version.CURRENT);
      return ExitCodes.OK;
    }
    List<String> words = new ArrayList<>();
    arguments.positional(0).ifPresent(words::add);
    arguments.positional(1).ifPresent(words::add);
    session.out().print(words.isEmpty() ? Commands.overview() : Commands.stage(words).help());
    return ExitCodes.OK;
  }
}
