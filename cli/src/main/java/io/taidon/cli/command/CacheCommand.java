package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import io.taidon.cli.output.Times;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/** Makes room in the cache, keeps states in it, and shows what went and why. */
final class CacheCommand implements Command {
  private static final Pattern BYTES = Pattern.compile("(\\d{1,15})([KMGT]?)(i?B)?");

  private final Action action;

  /** What is done to the cache. */
  enum Action {
    EVICT,
    PIN,
    UNPIN,
    LOG
  }

  CacheCommand(Action action) {
    this.action = action;
  }

  @Override
  public CommandSpec spec() {
    return switch (action) {
      case EVICT ->
          Specs.command(
                  "cache evict",
                  "[--dry-run] [--to BYTES]",
                  "Evict states, what is cheapest to lose first; never what is in use or pinned.")
              .flag("--dry-run", "Say only what would go.")
              .text(
                  "--to",
                  "BYTES",
                  "What all states may take afterwards, for example 500M; else all go that may.")
              .example("sqlrs cache evict --dry-run")
              .example("sqlrs cache evict --to 2G")
              .usualExits()
              .build();
      case PIN ->
          Specs.command("cache pin", "STATE", "Keep a state whatever the pressure.")
              .positional(0, "STATE", true, "At least 8 digits of the state's id.")
              .example("sqlrs cache pin 3f9a1c20")
              .usualExits()
              .build();
      case UNPIN ->
          Specs.command("cache unpin", "STATE", "Let a state be evicted again.")
              .positional(0, "STATE", true, "At least 8 digits of the state's id.")
              .example("sqlrs cache unpin 3f9a1c20")
              .usualExits()
              .build();
      case LOG ->
          Specs.command("cache log", "[--limit N]", "Show which states were evicted, when and why.")
              .text("--limit", "N", "How many passes, the newest first; 20 if not given.")
              .example("sqlrs cache log")
              .example("sqlrs --output json cache log --limit 100")
              .usualExits()
              .build();
    };
  }

  @Override
  public int run(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    EngineClient client = session.engine();
    Json answer =
        switch (action) {
          case EVICT -> client.post("/v1/cache/evict", request(arguments));
          case PIN -> client.post(pin(arguments), Json.object());
          case UNPIN -> client.delete(pin(arguments));
          case LOG -> client.get(log(arguments));
        };
    if (isJson) {
      session.out().println(answer);
      return ExitCodes.OK;
    }
    switch (action) {
      case EVICT -> printEviction(answer, session);
      case PIN, UNPIN -> printPin(answer, arguments, session);
      case LOG -> answer.items().forEach(run -> printRun(run, session));
    }
    return ExitCodes.OK;
  }

  private static Json request(Arguments arguments) {
    Json request = Json.object().with("dry_run", arguments.flag("--dry-run"));
    Optional<String> to = arguments.value("--to");
    return to.isPresent() ? request.with("to_bytes", bytes(to.get())) : request;
  }

  private static long bytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw CliException.usage("--to is a size such as 500M or 2G, not '" + text + "'.");
    }
    long number = Long.parseLong(matcher.group(1));
    int power = matcher.group(2).isEmpty() ? 0 : "KMGT".indexOf(matcher.group(2)) + 1;
    try {
      return Math.multiplyExact(number, 1L << (10 * power));
    } catch (ArithmeticException e) {
      throw CliException.usage("--to is larger than any disk: '" + text + "'.");
    }
  }

  private static String pin(Arguments arguments) {
    String state = Ids.prefix("STATE", arguments.positional(0).orElse(""));
    return "/v1/states/" + EngineClient.encoded(state) + "/pin";
  }

  private static String log(Arguments arguments) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("limit", arguments.value("--limit").orElse(""));
    return EngineClient.path("/v1/cache/evictions", parameters);
  }

  private static void printEviction(Json evicted, Session session) {
    boolean isDry = evicted.bool("dry_run");
    evicted.get("states").items().forEach(state -> printState(state, isDry, session));
    session
        .out()
        .println(
            (isDry ? "would free " : "freed ")
                + size(evicted, "freed_bytes")
                + ": the cache "
                + (isDry ? "would take " : "takes ")
                + size(evicted, "usage_bytes_after")
                + " after "
                + size(evicted, "usage_bytes_before"));
  }

  private static void printState(Json state, boolean isDry, Session session) {
    session
        .out()
        .println(
            "  state "
                + Ids.shorten(state.string("state_id"))
                + (isDry ? " would go" : " evicted")
                + " ("
                + state.string("reason")
                + "), "
                + size(state, "bytes")
                + ", "
                + Times.elapsed(state.number("rebuild_millis").orElse(0))
                + " to make again: "
                + state.string("label"));
  }

  private static void printPin(Json pin, Arguments arguments, Session session) {
    session
        .out()
        .println(
            "state "
                + arguments.positional(0).orElse("")
                + (pin.bool("pinned") ? " is pinned" : " is not pinned")
                + (pin.bool("changed") ? "" : ", as before"));
  }

  private static void printRun(Json run, Session session) {
    String after =
        run.number("usage_bytes_after").isPresent()
            ? size(run, "usage_bytes_after")
            : "unknown: it did not end";
    session
        .out()
        .println(
            Times.absolute(run.string("started_at"))
                + " "
                + run.string("trigger")
                + " "
                + run.string("reason")
                + run.text("workspace").map(workspace -> " of " + workspace).orElse("")
                + ": "
                + run.string("evicted_count")
                + " states, "
                + size(run, "freed_bytes")
                + "; the cache took "
                + size(run, "usage_bytes_before")
                + ", then "
                + after);
    run.get("states").items().forEach(state -> printState(state, false, session));
  }

  private static String size(Json object, String field) {
    return Times.size(object.number(field).orElse(0));
  }
}
