package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.JobFeed;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** Shows what {@code prepare:<kind>} would do, and does nothing. */
final class PlanCommand implements Command {
  private final PrepareKind kind;

  PlanCommand(PrepareKind kind) {
    this.kind = kind;
  }

  @Override
  public CommandSpec spec() {
    Specs specs =
        PrepareRequests.engineOptions(
                Specs.command(
                    "plan:" + kind.word(),
                    "[options] [--] " + kind.title() + " arguments",
                    "Show the steps of a prepare with "
                        + kind.title()
                        + " and which of them are cached; build nothing."),
                kind)
            .onlyLongHelp();
    return withExamples(specs).usualExits().exit(130, "ended by Ctrl-C").build();
  }

  private Specs withExamples(Specs specs) {
    return switch (kind) {
      case PSQL ->
          specs
              .example("sqlrs plan:psql -f schema.sql -f data.sql")
              .example("sqlrs --output json plan:psql -- -v n=3 -f schema.sql");
      case LIQUIBASE ->
          specs
              .example("sqlrs plan:lb --changelog-file db/changelog/master.xml")
              .example("sqlrs --output json plan:lb -- update --contexts test");
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
    Json request = PrepareRequests.build(kind, arguments, session, true);
    if (arguments.flag("--no-watch")) {
      PrepareRequests.printSubmitted(session, client.post("/v1/prepare-jobs", request));
      return ExitCodes.OK;
    }
    JobFeed feed = JobFeed.submit(client, request);
    return switch (new JobWatcher(session, client, feed).watch()) {
      case JobWatcher.Outcome.Succeeded(Json result) -> {
        Json job = client.get("/v1/prepare-jobs/" + EngineClient.encoded(feed.jobId()));
        session.out().print(isJson ? json(result, job) + "\n" : human(result, job));
        yield ExitCodes.OK;
      }
      case JobWatcher.Outcome.Detached() -> ExitCodes.OK;
      case JobWatcher.Outcome.Interrupted() -> ExitCodes.INTERRUPTED;
    };
  }

  private static Json json(Json result, Json job) {
    Json plan =
        Json.object()
            .with("prepare_kind", job.string("prepare_kind"))
            .with("prepare_args_normalized", job.string("prepare_args_normalized"))
            .with("state_id", result.text("state_id"))
            .with("postgres_version", result.text("postgres_version"))
            .with("cached", result.bool("cached"));
    Json miss = result.get("miss");
    return (miss.isPresent() ? plan.with("miss", miss) : plan).with("tasks", job.get("tasks"));
  }

  private static String human(Json result, Json job) {
    StringBuilder text =
        new StringBuilder("Final state: ").append(result.string("state_id")).append('\n');
    int number = 0;
    for (Json task : job.get("tasks").items()) {
      text.append(++number).append(". ").append(task.string("type"));
      task.text("label").ifPresent(label -> text.append("  ").append(label));
      task.text("input_state_id")
          .ifPresent(id -> text.append("  input=state:").append(Ids.shorten(id)));
      task.text("step_hash").ifPresent(hash -> text.append(" hash=").append(Ids.shorten(hash)));
      task.text("output_state_id").ifPresent(id -> text.append(" output=").append(Ids.shorten(id)));
      text.append(" cached=").append(cached(task)).append('\n');
    }
    Json miss = result.get("miss");
    if (miss.isPresent()) {
      text.append(miss.string("sentence")).append('\n');
    }
    return text.toString();
  }

  private static String cached(Json task) {
    return task.is("type", "state_execute") ? (task.bool("cached") ? "yes" : "no") : "n/a";
  }
}
