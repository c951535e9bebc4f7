package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import io.taidon.cli.output.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Deletes a state, an instance, a job or a name. */
final class RemoveCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Specs.command("rm", "[options] REF", "Delete a state, an instance, a job or a name.")
        .positional(0, "REF", true, "A name, or at least 8 digits of an id.")
        .flag("-r,--recurse", "With a state, also what was made from it.")
        .flag("-f,--force", "Also with open connections or running tasks.")
        .flag("--dry-run", "Only say what would be deleted.")
        .example("sqlrs rm 4f1d2c3b")
        .example("sqlrs rm --recurse --dry-run 9a8b7c6d")
        .exit(0, "deleted, or nothing matches (with a warning)")
        .exit(1, "the engine failed")
        .exit(2, "wrong usage, or more than one thing matches")
        .exit(4, "blocked; nothing was deleted")
        .build();
  }

  /** A thing that the reference may mean. */
  private record Match(String kind, String id, String route) {}

  @Override
  public int run(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    String reference = arguments.positional(0).orElse("");
    EngineClient client = session.engine();
    List<Match> matches = matches(client, reference);
    if (matches.isEmpty()) {
      session.err().println("warning: nothing matches '" + reference + "'");
      if (isJson) {
        session.out().println(nothing(arguments));
      }
      return ExitCodes.OK;
    }
    if (matches.size() > 1) {
      throw ambiguous(reference, matches);
    }
    Json result = client.deleteOrBlocked(path(matches.getFirst(), arguments));
    if (isJson) {
      session.out().println(result);
    } else {
      print(result.get("root"), 0, result, session);
    }
    return result.is("outcome", "blocked") && !arguments.flag("--dry-run")
        ? ExitCodes.BLOCKED
        : ExitCodes.OK;
  }

  private static List<Match> matches(EngineClient client, String reference) {
    List<Match> matches = new ArrayList<>();
    if (Ids.isPrefix(reference)) {
      String prefix = reference.toLowerCase(Locale.ROOT);
      collect(client, "state", "/v1/states", "id_prefix", "state_id", prefix, matches);
      collect(client, "instance", "/v1/instances", "id_prefix", "instance_id", prefix, matches);
      collect(client, "job", "/v1/prepare-jobs", "job", "job_id", prefix, matches);
    }
    client
        .find("/v1/names/" + EngineClient.encoded(reference))
        .ifPresent(name ->
            matches.add(
                new Match("name", reference, "/v1/names/" + EngineClient.encoded(reference))));
    return matches;
  }

  private static void collect(
      EngineClient client,
      String kind,
      String route,
      String parameter,
      String idField,
      String prefix,
      List<Match> matches) {
    for (Json row :
        client
            .find(EngineClient.path(route, Map.of(parameter, prefix)))
            .orElse(Json.object())
            .items()) {
      String id = row.string(idField);
      if (id.startsWith(prefix)) {
        matches.add(new Match(kind, id, route + "/" + id));
      }
    }
  }

  private static CliException ambiguous(String reference, List<Match> matches) {
    CliException failure =
        CliException.of(
            "ambiguous_reference", "'" + reference + "' matches " + matches.size() + " things.");
    int number = 0;
    for (Match match : matches.subList(0, Math.min(10, matches.size()))) {
      failure = failure.with("match " + ++number, match.kind() + " " + match.id());
    }
    return failure.remedy("Give more digits.");
  }

  private static String path(Match match, Arguments arguments) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("recurse", truth(arguments.flag("--recurse") && match.kind().equals("state")));
    parameters.put("force", truth(arguments.flag("--force") && !match.kind().equals("name")));
    parameters.put("dry_run", truth(arguments.flag("--dry-run")));
    return EngineClient.path(match.route(), parameters);
  }

  private static String truth(boolean truth) {
    return truth ? "true" : "";
  }

  private static Json nothing(Arguments arguments) {
    boolean isDry = arguments.flag("--dry-run");
    return Json.object().with("dry_run", isDry).with("outcome", isDry ? "would_delete" : "deleted");
  }

  /** A session, for example {@code app on shop, DBeaver, idle since 5m ago}. */
  private static String client(Json client) {
    StringBuilder text = new StringBuilder("session of ").append(client.string("role"));
    text.append(" on ").append(client.string("database"));
    client.text("application").ifPresent(name -> text.append(", ").append(name));
    client.text("address").ifPresent(address -> text.append(", from ").append(address));
    client.text("state").ifPresent(state -> text.append(", ").append(state));
    client
        .text("since")
        .ifPresent(at -> text.append(", ").append(Times.relative(at, Instant.now())));
    return text.toString();
  }

  private static void print(Json node, int depth, Json result, Session session) {
    StringBuilder line = new StringBuilder();
    line.repeat(' ', 2 * depth).append(node.string("kind")).append(' ');
    line.append(node.is("kind", "name") ? node.string("id") : Ids.shorten(node.string("id")));
    String blocked = node.string("blocked");
    String done = result.bool("dry_run") ? "would delete" : "deleted";
    boolean isKept = result.is("outcome", "blocked");
    line.append(' ')
        .append(!blocked.isEmpty() ? "blocked (" + blocked + ")" : isKept ? "kept" : done);
    node.number("connections").ifPresent(count -> line.append(" (connections=" + count + ")"));
    session.out().println(line);
    for (Json client : node.get("clients").items()) {
      session.out().println("  ".repeat(depth + 1) + client(client));
    }
    if (blocked.equals("active_connections")) {
      session.err().println("hint: --force deletes it and ends these sessions.");
    }
    for (Json child : node.get("children").items()) {
      print(child, depth + 1, result, session);
    }
  }
}
