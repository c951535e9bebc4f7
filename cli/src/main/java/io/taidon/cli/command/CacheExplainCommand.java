package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import io.taidon.cli.output.Times;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Says why {@code prepare:<kind>} would hit the cache or miss it, and runs nothing of it. */
final class CacheExplainCommand implements Command {
  private final PrepareKind kind;

  CacheExplainCommand(PrepareKind kind) {
    this.kind = kind;
  }

  @Override
  public CommandSpec spec() {
    Specs specs =
        PrepareRequests.serverOptions(
                Specs.command(
                    "cache explain prepare:" + kind.word(),
                    "[options] [--] " + kind.title() + " arguments",
                    "Say why a prepare with "
                        + kind.title()
                        + " hits the cache or what it misses: which file, variable or engine"
                        + " changed, or what was evicted."),
                kind)
            .onlyLongHelp();
    return withExamples(specs).usualExits().build();
  }

  private Specs withExamples(Specs specs) {
    return switch (kind) {
      case PSQL ->
          specs
              .example("sqlrs cache explain prepare:psql -f schema.sql -f data.sql")
              .example("sqlrs --output json cache explain prepare:psql -- -v n=3 -f schema.sql");
      case LIQUIBASE ->
          specs.example("sqlrs cache explain prepare:lb --changelog-file db/changelog/master.xml");
    };
  }

  @Override
  public ToolSyntax tool() {
    return kind.tool();
  }

  @Override
  public int run(Arguments arguments, Session session) throws IOException {
    Json request = PrepareRequests.build(kind, arguments, session, true);
    Json answer = session.engine().post("/v1/cache/explain", request);
    session.out().print(session.isJson() ? answer + "\n" : human(answer));
    return ExitCodes.OK;
  }

  private static String human(Json answer) {
    Lines lines = new Lines();
    lines.add("decision", answer.string("decision"));
    lines.add("reasonCode", answer.string("reason_code"));
    lines.add("reason", answer.string("sentence"));
    changes(lines, answer.get("changes").items());
    relative(lines, answer.get("relative"));
    rebuild(lines, answer);
    Json prepare = answer.get("prepare");
    lines.add("prepare.kind", prepare.string("kind"));
    lines.add("prepare.args", prepare.string("args_normalized"));
    lines.add("prepare.postgres", prepare.string("postgres_version"));
    Json cache = answer.get("cache");
    lines.add("cache.stateId", cache.string("state_id"));
    cache.text("matched_state_id").ifPresent(id -> lines.add("cache.matchedStateId", id));
    lines.add("cache.steps", number(cache, "steps_cached") + " of " + number(cache, "steps_total"));
    List<Json> inputs = answer.get("inputs").items();
    lines.add("input.count", String.valueOf(inputs.size()));
    for (int i = 0; i < inputs.size(); i++) {
      lines.add(
          "input[" + i + "]", inputs.get(i).string("path") + " " + inputs.get(i).string("hash"));
    }
    return lines.text.toString();
  }

  private static void changes(Lines lines, List<Json> changes) {
    for (int i = 0; i < changes.size(); i++) {
      Json change = changes.get(i);
      String place = number(change, "step") == 0 ? "" : "step " + number(change, "step") + " ";
      StringBuilder said =
          new StringBuilder(place + change.string("kind") + "  " + change.string("label"));
      for (Json part : change.get("parts").items()) {
        said.append("; ").append(part(part));
      }
      lines.add("change[" + i + "]", said.toString());
    }
  }

  private static String part(Json part) {
    String name = part.text("name").map(n -> " " + n).orElse("");
    String values =
        part.text("before").isPresent() && part.text("after").isPresent()
            ? " (" + part.string("before") + " -> " + part.string("after") + ")"
            : "";
    return part.string("kind") + name + " " + part.string("change") + values;
  }

  private static void relative(Lines lines, Json relative) {
    if (!relative.isPresent()) {
      return;
    }
    String end =
        relative.get("lost").isPresent()
            ? ", gone since " + relative.get("lost").string("at")
            : ", still there";
    lines.add(
        "relative",
        Ids.shorten(relative.string("state_id"))
            + " "
            + relative.string("label")
            + ", shares "
            + number(relative, "shared_steps")
            + " steps"
            + end);
  }

  private static void rebuild(Lines lines, Json answer) {
    if (answer.is("decision", "hit")) {
      return;
    }
    Json rebuild = answer.get("rebuild");
    long unknown = number(rebuild, "steps_unknown");
    lines.add(
        "rebuild",
        number(rebuild, "steps_to_run")
            + " steps to run, "
            + Times.elapsed(number(rebuild, "millis"))
            + " when they were measured"
            + (unknown == 0 ? "" : ", " + unknown + " of them never were")
            + (rebuild.bool("initdb") ? ", and a new cluster" : ""));
  }

  private static long number(Json json, String field) {
    return json.number(field).orElse(0);
  }

  /** Lines of {@code name: value}. */
  private static final class Lines {
    private final StringBuilder text = new StringBuilder();

    void add(String name, String value) {
      text.append(name).append(": ").append(value.replaceAll("\\p{Cntrl}+", " ")).append('\n');
    }
  }
}
