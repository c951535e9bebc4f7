package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.JobFeed;
import io.taidon.cli.client.Json;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Builds a state, with psql or Liquibase, and gives an instance of it. */
final class PrepareCommand implements Command {
  private final PrepareKind kind;

  PrepareCommand(PrepareKind kind) {
    this.kind = kind;
  }

  @Override
  public CommandSpec spec() {
    Specs specs =
        PrepareRequests.engineOptions(
                Specs.command(
                    "prepare:" + kind.word(),
                    "[options] [--] " + kind.title() + " arguments [run:psql|run:pgbench ...]",
                    "Build a state with "
                        + kind.title()
                        + ", from the cache where it is there, and start an instance of it."),
                kind)
            .flag("--durable", "Sync to disk as a production server does.")
            .number("--port", "N", "TCP port that the instance must have.")
            .flag("--direct", "Print the DSN of the instance's own port; --port implies it.")
            .text("--ttl", "TIME", "How long the instance lives, for example 2h or 7d; 0: longest.")
            .text("--idle-timeout", "TIME", "Stop it when unused for so long; 0: never.")
            .text("--name", "NAME", "Bind a name to the instance.")
            .flag("--reuse", "Give the instance that has the name, if its state is the wanted one.")
            .flag("--fresh", "Replace the instance that has the name.")
            .onlyLongHelp();
    return withExamples(specs)
        .exit(0, "the instance runs, or the job was detached")
        .exit(1, "a step or the engine failed")
        .exit(2, "wrong usage")
        .exit(3, "a configuration file is corrupt")
        .exit(130, "ended by Ctrl-C")
        .build();
  }

  private Specs withExamples(Specs specs) {
    return switch (kind) {
      case PSQL ->
          specs
              .example("sqlrs prepare:psql -f schema.sql -f data.sql")
              .example(
                  "sqlrs prepare:psql --postgres-version 17 --name dev --reuse -- -v n=3 -f"
                      + " all.sql")
              .example("sqlrs prepare:psql --ttl 2h --idle-timeout 5m -f schema.sql")
              .example("sqlrs prepare:psql -f schema.sql run:psql -c 'select count(*) from t'");
      case LIQUIBASE ->
          specs
              .example("sqlrs prepare:lb")
              .example("sqlrs prepare:lb update --changelog-file db/changelog/master.xml")
              .example(
                  "sqlrs prepare:lb --name dev --reuse --checkpoint 10 -- update-to-tag --tag v2"
                      + " -Dtenants=3")
              .example("sqlrs prepare:lb --contexts test run:psql -c 'select count(*) from t'");
    };
  }

  @Override
  public ToolSyntax tool() {
    return kind.tool();
  }

  @Override
  public int run(Arguments arguments, Session session) throws IOException, InterruptedException {
    boolean isJson = session.isJson();
    EngineClient client = session.engine();
    if (arguments.flag("--no-watch")) {
      Json request = PrepareRequests.build(kind, arguments, session, false);
      PrepareRequests.printSubmitted(session, client.post("/v1/prepare-jobs", request));
      return ExitCodes.OK;
    }
    return switch (prepare(arguments, session, client)) {
      case JobWatcher.Outcome.Succeeded(Json result) -> {
        printResult(session, result, isJson, isDirect(arguments));
        yield ExitCodes.OK;
      }
      case JobWatcher.Outcome.Detached() -> ExitCodes.OK;
      case JobWatcher.Outcome.Interrupted() -> ExitCodes.INTERRUPTED;
    };
  }

  /** Submits the job and follows it to its end. */
  JobWatcher.Outcome prepare(Arguments arguments, Session session, EngineClient client)
      throws IOException, InterruptedException {
    if (arguments.flag("--no-watch")) {
      throw CliException.usage("--no-watch leaves nothing to run against: leave it out.");
    }
    Json request = PrepareRequests.build(kind, arguments, session, false);
    JobWatcher.Outcome outcome =
        new JobWatcher(session, client, JobFeed.submit(client, request)).watch();
    if (outcome instanceof JobWatcher.Outcome.Succeeded(Json result)) {
      explain(session, result);
    }
    return outcome;
  }

  /** Who wants a port of the instance's own wants to use it. */
  private static boolean isDirect(Arguments arguments) {
    return arguments.flag("--direct") || arguments.number("--port").isPresent();
  }

  static void printResult(Session session, Json result, boolean isJson, boolean isDirect) {
    String dsn = result.string(isDirect ? "direct_dsn" : "dsn");
    session.out().println(isJson ? result.toString() : "DSN=" + dsn);
  }

  /** Where the time went, and what may differ next time. */
  private static void explain(Session session, Json result) {
    Json timeline = result.get("timeline_millis");
    StringBuilder line = new StringBuilder("timeline:");
    for (String mark : List.of("planned", "cloned", "started", "first_row")) {
      timeline
          .text(mark)
          .ifPresent(millis ->
              line.append(' ')
                  .append(mark.replace('_', ' '))
                  .append(' ')
                  .append(millis)
                  .append(" ms,"));
    }
    if (timeline.isPresent()) {
      session.note(line.substring(0, line.length() - 1));
    }
    for (Json warning : result.get("warnings").items()) {
      session.note("warning: " + warning.text().orElse(""));
    }
  }
}
