package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.client.ToolRun;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Runs psql or pgbench against an instance. */
final class RunCommand implements Command {
  private final ToolSyntax tool;
  private final String kind;

  private RunCommand(ToolSyntax tool, String kind) {
    this.tool = tool;
    this.kind = kind;
  }

  static RunCommand psql() {
    return new RunCommand(ToolSyntax.PSQL, "psql");
  }

  static RunCommand pgbench() {
    return new RunCommand(ToolSyntax.PGBENCH, "pgbench");
  }

  @Override
  public CommandSpec spec() {
    return Specs.command(
            "run:" + kind,
            "--instance REF [--] " + kind + " arguments",
            "Run " + kind + " against an instance and pass on what it writes, as it writes it.")
        .text("--instance", "REF", "The instance: its name, id, or at least 8 digits of the id.")
        .onlyLongHelp()
        .example(
            kind.equals("psql")
                ? "sqlrs run:psql --instance dev -c 'select 1'"
                : "sqlrs run:pgbench --instance dev -- -i -s 10")
        .example("sqlrs prepare:psql -f schema.sql run:" + kind + " -f work.sql")
        .exit(0, "the tool's own exit code otherwise")
        .exit(1, "the engine failed")
        .exit(2, "wrong usage")
        .exit(130, "ended by Ctrl-C")
        .build();
  }

  @Override
  public ToolSyntax tool() {
    return tool;
  }

  @Override
  public int run(Arguments arguments, Session session) throws IOException {
    String instance =
        arguments
            .value("--instance")
            .orElseThrow(() ->
                CliException.usage("run:" + kind + " needs an instance.")
                    .remedy("Add --instance with a name or an id; `sqlrs ls` lists them."));
    return run(arguments, session, session.engine(), instance);
  }

  /** Runs it against the instance, whichever way that was found. */
  int run(Arguments arguments, Session session, EngineClient client, String instance)
      throws IOException {
    Json request =
        Json.object()
            .with("instance_ref", instance)
            .with("kind", kind)
            .with("args", Json.strings(arguments.tool()))
            .with("work_dir", session.cwd().toString());
    if (readsStdin(arguments.tool())) {
      if (session.streams().inIsTerminal() && !tool.readsStdin(arguments.tool())) {
        throw interactive(client, instance);
      }
      request = request.with("stdin", session.readStdin());
    }
    return new ToolRun(session.out(), session.err()).run(client, request, session.interrupts());
  }

  /** Standard input is never waited for where the arguments say what to run. */
  private boolean readsStdin(List<String> args) {
    return tool.readsStdin(args) || (tool == ToolSyntax.PSQL && !tool.hasWork(args) && runs(args));
  }

  /** Whether psql would do more than print something about itself. */
  private static boolean runs(List<String> args) {
    return !args.contains("--version") && !args.contains("-V") && !args.contains("-l");
  }

  private static CliException interactive(EngineClient client, String instance) {
    Json found = client.get("/v1/instances/" + EngineClient.encoded(instance));
    return CliException.usage(
            "run:psql is not interactive: give it -c or -f, or a script on stdin.")
        .remedy("To work at the terminal: psql \"" + found.string("dsn") + "\"");
  }
}
