package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Starts or stops an instance. */
final class InstanceCommand implements Command {
  private final String verb;
  private final String summary;

  private InstanceCommand(String verb, String summary) {
    this.verb = verb;
    this.summary = summary;
  }

  static InstanceCommand start() {
    return new InstanceCommand("start", "Start a stopped instance, on the port it had.");
  }

  static InstanceCommand stop() {
    return new InstanceCommand("stop", "Stop an instance; its data stays.");
  }

  @Override
  public CommandSpec spec() {
    Specs specs =
        Specs.command(verb, "REF", summary)
            .positional(
                0, "REF", true, "The instance: its name, id, or at least 8 digits of the id.");
    if (verb.equals("start")) {
      specs.flag("--direct", "Print the DSN of the instance's own port.");
    }
    return specs.example("sqlrs " + verb + " dev").usualExits().build();
  }

  @Override
  public int run(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    String reference = EngineClient.encoded(arguments.positional(0).orElse(""));
    Json instance = session.engine().post("/v1/instances/" + reference + "/" + verb, Json.object());
    Optional<String> dsn = instance.text(arguments.flag("--direct") ? "direct_dsn" : "dsn");
    if (isJson) {
      session.out().println(instance);
    } else if (verb.equals("start") && dsn.isPresent()) {
      session.out().println("DSN=" + dsn.get());
    } else {
      String id = Ids.shorten(instance.string("instance_id"));
      session.out().println("instance " + id + " " + instance.string("status"));
    }
    return ExitCodes.OK;
  }
}
