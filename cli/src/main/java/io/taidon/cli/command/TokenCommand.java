package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.config.Durations;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Makes a token that lets whoever has it into one instance for a time. */
final class TokenCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Specs.command(
            "token",
            "[options] REF",
            "Make a token that lets whoever has it into one instance for a time.")
        .positional(0, "REF", false, "The instance: its name, id, or at least 8 digits of the id.")
        .text("--ttl", "TIME", "How long it is good, 1h if not given; at most 720h.")
        .text(
            "--access", "ACCESS", "ro (default) reads and never writes; rw does what the role may.")
        .text("--role", "ROLE", "The role to be; sqlrs if not given.")
        .text("--network", "CIDR", "Where its bearer must come from, for example 10.0.0.0/8.")
        .flag("--rotate-keys", "Sign with a new key from now on; old tokens stay good.")
        .example("sqlrs token dev")
        .example("sqlrs token dev --access rw --role app --ttl 8h")
        .example("sqlrs --output json token dev")
        .example("sqlrs token --rotate-keys")
        .usualExits()
        .build();
  }

  @Override
  public int run(Arguments arguments, Session session) {
    return arguments.flag("--rotate-keys") ? rotate(arguments, session) : issue(arguments, session);
  }

  private static int issue(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    String reference =
        arguments
            .positional(0)
            .orElseThrow(() -> CliException.usage("token needs the instance: sqlrs token REF."));
    Json request = request(arguments);
    Json token =
        session
            .engine()
            .post("/v1/instances/" + EngineClient.encoded(reference) + "/tokens", request);
    session.out().println(isJson ? token.toString() : "DSN=" + token.string("dsn"));
    session.note("the token is good until " + token.string("expires_at"));
    return ExitCodes.OK;
  }

  private static Json request(Arguments arguments) {
    Json request = Json.object();
    Optional<String> ttl = arguments.value("--ttl");
    if (ttl.isPresent()) {
      request =
          request.with(
              "ttl_millis",
              Durations.parse(ttl.get())
                  .orElseThrow(() ->
                      CliException.usage(
                          "--ttl is a time such as 30m or 8h, not '" + ttl.get() + "'."))
                  .toMillis());
    }
    Optional<String> access = arguments.value("--access");
    if (access.isPresent() && !access.get().equals("ro") && !access.get().equals("rw")) {
      throw CliException.usage("--access is ro or rw, not '" + access.get() + "'.");
    }
    return request
        .with("access", access)
        .with("role", arguments.value("--role"))
        .with("network", arguments.value("--network"));
  }

  private static int rotate(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    if (arguments.positional(0).isPresent()) {
      throw CliException.usage("--rotate-keys is about all tokens: leave the instance out.");
    }
    Json rotation = session.engine().post("/v1/gateway/token-keys/rotate", Json.object());
    session
        .out()
        .println(
            isJson
                ? rotation.toString()
                : "tokens are signed with key "
                    + rotation.string("key_id")
                    + " now; old keys that are still good for their tokens: "
                    + rotation.string("retired"));
    return ExitCodes.OK;
  }
}
