package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Reads and changes the server's configuration. */
final class ConfigCommand implements Command {
  private static final String ROUTE = "/v1/config";

  private final Action action;

  /** What is done to a value. */
  enum Action {
    GET,
    SET,
    RM,
    SCHEMA
  }

  ConfigCommand(Action action) {
    this.action = action;
  }

  @Override
  public CommandSpec spec() {
    return switch (action) {
      case GET ->
          Specs.command("config get", "[--effective] [PATH]", "Show a value of the server.")
              .flag("--effective", "With defaults filled in.")
              .positional(0, "PATH", false, "For example cache.capacity.maxBytes; all if absent.")
              .example("sqlrs config get --effective snapshot.backend")
              .usualExits()
              .build();
      case SET ->
          Specs.command("config set", "PATH VALUE", "Set a value of the server.")
              .positional(0, "PATH", true, "The path, or PATH=VALUE.")
              .positional(1, "VALUE", false, "JSON; a bare word is a string.")
              .example("sqlrs config set log.level info")
              .example("sqlrs config set log.level=info")
              .usualExits()
              .build();
      case RM ->
          Specs.command("config rm", "PATH", "Remove a value of the server.")
              .positional(0, "PATH", true, "The path.")
              .example("sqlrs config rm log.level")
              .usualExits()
              .build();
      case SCHEMA ->
          Specs.command("config schema", "", "Show the JSON Schema of the server's configuration.")
              .example("sqlrs config schema")
              .usualExits()
              .build();
    };
  }

  @Override
  public int run(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    EngineClient client = session.engine();
    String path = arguments.positional(0).orElse("");
    Json answer =
        switch (action) {
          case GET -> client.get(query(path, arguments.flag("--effective")));
          case SET -> client.patch(ROUTE, assignment(path, arguments.positional(1)));
          case RM -> client.delete(query(path, false));
          case SCHEMA -> client.get(ROUTE + "/schema");
        };
    boolean isValue = action == Action.GET || action == Action.SET;
    if (isJson || action == Action.SCHEMA) {
      session.out().println(answer);
    } else if (isValue) {
      session.out().println(answer.text("value").orElseGet(() -> answer.get("value").toString()));
    }
    return ExitCodes.OK;
  }

  private static String query(String path, boolean isEffective) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("path", path);
    parameters.put("effective", isEffective ? "true" : "");
    return EngineClient.path(ROUTE, parameters);
  }

  private static Json assignment(String first, Optional<String> second) {
    int equals = first.indexOf('=');
    if (second.isEmpty() && equals <= 0) {
      throw CliException.usage("config set needs a path and a value.")
          .remedy("For example: sqlrs config set log.level info");
    }
    String path = second.isPresent() ? first : first.substring(0, equals);
    return Json.object()
        .with("path", path)
        .with("value", value(second.orElseGet(() -> first.substring(equals + 1))));
  }

  private static Json value(String text) {
    try {
      return Json.parse(text);
    } catch (IOException e) {
      return Json.of(text);
    }
  }
}
