package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import io.taidon.cli.output.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Lets an instance live on. */
final class ExtendCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Specs.command(
            "extend", "[options] REF", "Let an instance live on; never brings its end nearer.")
        .positional(0, "REF", true, "The instance: its name, id, or at least 8 digits of the id.")
        .text("--ttl", "TIME", "From now on, for example 2h or 7d; 0: as long as is allowed.")
        .example("sqlrs extend dev")
        .example("sqlrs extend dev --ttl 7d")
        .usualExits()
        .build();
  }

  @Override
  public int run(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    Optional<Duration> ttl = PrepareRequests.time(arguments, "--ttl");
    Json request = Json.object();
    if (ttl.isPresent()) {
      request = request.with("ttl_millis", ttl.get().toMillis());
    }
    String reference = EngineClient.encoded(arguments.positional(0).orElse(""));
    Json instance = session.engine().post("/v1/instances/" + reference + "/extend", request);
    session.out().println(isJson ? instance.toString() : line(instance));
    return ExitCodes.OK;
  }

  private static String line(Json instance) {
    String id = "instance " + Ids.shorten(instance.string("instance_id"));
    return instance
        .text("expires_at")
        .map(at ->
            id + " expires " + Times.relative(at, Instant.now()) + ", at " + Times.absolute(at))
        .orElse(id + " does not expire");
  }
}
