package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.JobFeed;
import io.taidon.cli.client.Json;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** Follows a job that was started before. */
final class WatchCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Specs.command("watch", "JOB", "Follow a job to its end and print its result.")
        .positional(0, "JOB", true, "Id of the job, or at least 8 digits of it.")
        .example("sqlrs watch 0f3a9c1e")
        .exit(0, "the job succeeded, or was detached")
        .exit(1, "the job or the engine failed")
        .exit(2, "wrong usage, or an ambiguous id")
        .exit(130, "ended by Ctrl-C")
        .build();
  }

  @Override
  public int run(Arguments arguments, Session session) throws IOException, InterruptedException {
    boolean isJson = session.isJson();
    EngineClient client = session.engine();
    String job = arguments.positional(0).orElse("");
    return switch (new JobWatcher(session, client, JobFeed.watch(client, job)).watch()) {
      case JobWatcher.Outcome.Succeeded(Json result) -> {
        if (isJson || result.text("dsn").isPresent()) {
          PrepareCommand.printResult(session, result, isJson, false);
        } else {
          session.out().println("STATE_ID=" + result.string("state_id"));
        }
        yield ExitCodes.OK;
      }
      case JobWatcher.Outcome.Detached() -> ExitCodes.OK;
      case JobWatcher.Outcome.Interrupted() -> ExitCodes.INTERRUPTED;
    };
  }
}
