package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;

/** Lists names, instances, states, jobs and tasks. */
final class ListCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Specs.command("ls", "[options]", "List names and instances, or what the options select.")
        .flag("-n,--names", "Names.")
        .flag("-i,--instances", "Instances.")
        .flag("-s,--states", "States, as a tree.")
        .flag("-j,--jobs", "Jobs.")
        .flag("-t,--tasks", "Tasks of jobs.")
        .flag("--all", "Everything.")
        .text("--name", "NAME", "Only this name and its instance.")
        .text("--instance", "ID", "Only this instance: at least 8 digits of its id.")
        .text("--state", "ID", "Only what belongs to this state: at least 8 digits of its id.")
        .text("--job", "ID", "Only this job and its tasks: at least 8 digits of its id.")
        .text("--kind", "KIND", "Only states and jobs of this kind, for example lb.")
        .flag("--quiet", "No titles above the tables.")
        .flag("--no-header", "No column names.")
        .flag("--long", "Whole ids, times in UTC.")
        .flag("--wide", "Cut nothing to fit the terminal.")
        .flag(
            "--cache-details",
            "When and how often states were used, what they take of their own and what holds them.")
        .example("sqlrs ls")
        .example("sqlrs ls --states --cache-details")
        .example("sqlrs --output json ls --all")
        .usualExits()
        .build();
  }

  @Override
  public int run(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    Filters filters = Filters.of(arguments);
    Map<Section, List<Json>> sections = new LinkedHashMap<>();
    EngineClient client = session.engine();
    for (Section section : Section.values()) {
      if (section.isSelected(arguments)) {
        List<Json> rows = section.fetch(client, filters);
        boolean detailed = section == Section.STATES && arguments.flag("--cache-details");
        sections.put(section, detailed ? withCacheDetails(client, rows) : rows);
      }
    }
    if (isJson) {
      Json whole = Json.object();
      for (Map.Entry<Section, List<Json>> section : sections.entrySet()) {
        whole = whole.with(section.getKey().plural(), Json.array(section.getValue()));
      }
      session.out().println(whole);
    } else {
      new ListPrinter(arguments, session).print(sections);
    }
    return ExitCodes.OK;
  }

  /** States with what they are to the cache, as the field {@code cache}. */
  private static List<Json> withCacheDetails(EngineClient client, List<Json> states) {
    Map<String, Json> details = new LinkedHashMap<>();
    client
        .get("/v1/cache/states")
        .items()
        .forEach(state -> details.put(state.string("state_id"), state));
    return states.stream()
        .map(state -> {
          Json known = details.get(state.string("state_id"));
          return known == null ? state : state.with("cache", known);
        })
        .toList();
  }

  /** What the lists are narrowed to. */
  record Filters(
      Optional<String> name,
      Optional<String> instance,
      Optional<String> state,
      Optional<String> job,
      Optional<String> kind) {

    static Filters of(Arguments arguments) {
      return new Filters(
          arguments.value("--name"),
          arguments.value("--instance").map(id -> Ids.prefix("--instance", id)),
          arguments.value("--state").map(id -> Ids.prefix("--state", id)),
          arguments.value("--job").map(id -> Ids.prefix("--job", id)),
          arguments.value("--kind"));
    }
  }

  /** A kind of thing that can be listed, in the order of the output. */
  enum Section {
    NAMES,
    INSTANCES,
    STATES,
    JOBS,
    TASKS;

    String plural() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    String title() {
      return name().charAt(0) + plural().substring(1);
    }

    private boolean isSelected(Arguments arguments) {
      boolean none = true;
      for (Section section : values()) {
        none &= !arguments.flag("--" + section.plural());
      }
      return arguments.flag("--all")
          || arguments.flag("--" + plural())
          || (none && (this == NAMES || this == INSTANCES));
    }

    private List<Json> fetch(EngineClient client, Filters filters) {
      return client.get(path(filters)).items().stream().filter(matching(filters)).toList();
    }

    private String path(Filters filters) {
      String instance = filters.instance().orElse("");
      String state = filters.state().orElse("");
      String job = filters.job().orElse("");
      return switch (this) {
        case NAMES -> query("/v1/names", "instance", instance, "state", state);
        case INSTANCES -> query("/v1/instances", "id_prefix", instance, "state", state);
        case STATES -> query("/v1/states", "id_prefix", state, "", "");
        case JOBS -> query("/v1/prepare-jobs", "job", job, "", "");
        case TASKS -> query("/v1/tasks", "job", job, "", "");
      };
    }

    private static String query(String path, String a, String aValue, String b, String bValue) {
      Map<String, String> parameters = new LinkedHashMap<>();
      parameters.put(a, aValue);
      parameters.put(b, bValue);
      return EngineClient.path(path, parameters);
    }

    private Predicate<Json> matching(Filters filters) {
      Predicate<Json> kind =
          row ->
              filters.kind().isEmpty()
                  || row.is(this == STATES ? "kind" : "prepare_kind", filters.kind().get());
      Predicate<Json> bound =
          row ->
              filters.name().isEmpty()
                  || row.get("names").items().stream()
                      .anyMatch(name -> name.text().equals(filters.name()));
      return switch (this) {
        case NAMES -> row -> filters.name().isEmpty() || row.text("name").equals(filters.name());
        case INSTANCES -> bound;
        case STATES, JOBS -> kind;
        case TASKS -> row -> true;
      };
    }
  }
}
