package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.Interrupts;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import java.io.IOException;

/** {@code prepare:<kind> ... run:<kind> ...}: an instance for one run, deleted afterwards. */
final class Composite {
  private Composite() {}

  /** Runs both stages; the exit code is the tool's. */
  static int run(
      Stage prepare, PrepareCommand preparation, Stage run, RunCommand tool, Session session)
      throws IOException, InterruptedException {
    Arguments prepareArguments = prepare.parse();
    Arguments runArguments = run.parse();
    if (runArguments.flag("--instance")) {
      throw CliException.usage("The run uses the instance just prepared: leave --instance out.");
    }
    EngineClient client = session.engine();
    // Ctrl-C between the stages must not skip the deletion; within them each stage listens itself.
    try (Interrupts.Registration ignored = session.interrupts().onInterrupt(() -> {})) {
      return switch (preparation.prepare(prepareArguments, session, client)) {
        case JobWatcher.Outcome.Succeeded(Json result) ->
            runAndDelete(runArguments, tool, session, client, result);
        case JobWatcher.Outcome.Detached() -> {
          session.err().println("The run is skipped.");
          yield ExitCodes.OK;
        }
        case JobWatcher.Outcome.Interrupted() -> ExitCodes.INTERRUPTED;
      };
    }
  }

  private static int runAndDelete(
      Arguments arguments, RunCommand tool, Session session, EngineClient client, Json result)
      throws IOException {
    String instance = result.string("instance_id");
    try {
      return tool.run(arguments, session, client, instance);
    } finally {
      if (result.text("name").isEmpty()) {
        delete(instance, session, client);
      }
    }
  }

  private static void delete(String instance, Session session, EngineClient client) {
    session.err().println("Deleting instance " + Ids.shorten(instance));
    try {
      client.deleteOrBlocked("/v1/instances/" + EngineClient.encoded(instance) + "?force=true");
    } catch (CliException e) {
      session.err().println("warning: instance " + instance + " is left: " + e.sentence());
    }
  }
}
