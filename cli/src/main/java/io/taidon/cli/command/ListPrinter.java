package io.taidon.cli.command;

import io.taidon.cli.client.Json;
import io.taidon.cli.output.Ids;
import io.taidon.cli.output.StateTree;
import io.taidon.cli.output.Table;
import io.taidon.cli.output.Times;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Prints the sections of {@code ls} as tables. */
final class ListPrinter {
  private static final String ARGS = "PREPARE_ARGS";

  private final Arguments arguments;
  private final Session session;
  private final Instant now = Instant.now();
  private final boolean isLong;

  ListPrinter(Arguments arguments, Session session) {
    this.arguments = arguments;
    this.session = session;
    this.isLong = arguments.flag("--long");
  }

  void print(Map<ListCommand.Section, List<Json>> sections) {
    PrintStream out = session.out();
    Table.Fit fit =
        new Table.Fit(
            session.streams().outIsTerminal(),
            session.streams().columns(),
            arguments.flag("--wide"));
    boolean isFirst = true;
    for (Map.Entry<ListCommand.Section, List<Json>> section : sections.entrySet()) {
      if (!arguments.flag("--quiet")) {
        out.println((isFirst ? "" : "\n") + section.getKey().title());
      }
      isFirst = false;
      table(section.getKey(), section.getValue()).print(out, !arguments.flag("--no-header"), fit);
    }
  }

  private Table table(ListCommand.Section section, List<Json> rows) {
    return switch (section) {
      case NAMES -> names(rows);
      case INSTANCES -> instances(rows);
      case STATES -> states(rows);
      case JOBS -> jobs(rows);
      case TASKS -> tasks(rows);
    };
  }

  private Table names(List<Json> rows) {
    Table table = new Table(List.of("NAME", "INSTANCE_ID", "STATE_ID", "STATUS", "LAST_USED"), "");
    for (Json row : rows) {
      table.add(
          row.string("name"),
          id(row, "instance_id"),
          id(row, "state_id"),
          row.string("status"),
          time(row, "last_used_at"));
    }
    return table;
  }

  private Table instances(List<Json> rows) {
    Table table =
        new Table(
            List.of(
                "INSTANCE_ID",
                "POSTGRES",
                "STATE_ID",
                "NAME",
                "PORT",
                "CONNS",
                "CREATED",
                "EXPIRES",
                "STATUS"),
            "");
    for (Json row : rows) {
      List<String> names = new ArrayList<>();
      row.get("names").items().forEach(name -> name.text().ifPresent(names::add));
      table.add(
          id(row, "instance_id"),
          row.string("postgres_version"),
          id(row, "state_id"),
          String.join(",", names),
          row.string("port"),
          row.string("connections"),
          time(row, "created_at"),
          row.text("expires_at").isPresent() ? time(row, "expires_at") : "never",
          row.bool("asleep") ? "asleep" : row.string("status"));
    }
    return table;
  }

  private Table states(List<Json> rows) {
    boolean details = arguments.flag("--cache-details");
    List<String> columns =
        new ArrayList<>(
            List.of("STATE_ID", "POSTGRES", "KIND", ARGS, "CREATED", "SIZE", "OWN", "REFCOUNT"));
    if (details) {
      columns.addAll(
          List.of("LAST_USED", "USE_COUNT", "BUILD", "REBUILD", "HELD_BY", "MIN_RETENTION_UNTIL"));
    }
    Table table = new Table(columns, ARGS);
    for (StateTree.Row row : StateTree.rows(rows)) {
      Json state = row.state();
      List<String> cells =
          new ArrayList<>(
              List.of(
                  row.prefix() + id(state, "state_id"),
                  state.string("postgres_version"),
                  state.string("kind"),
                  state.string("label"),
                  time(state, "created_at"),
                  Times.size(state.number("size_bytes").orElse(0)),
                  ownBytes(state),
                  state.string("refcount")));
      if (details) {
        cells.add(time(state, "last_used_at"));
        cells.add(state.string("use_count"));
        cells.add(Times.elapsed(state.number("build_millis").orElse(0)));
        Json cache = state.get("cache");
        cells.add(Times.elapsed(cache.number("rebuild_millis").orElse(0)));
        List<String> holds = new ArrayList<>();
        cache.get("held_because").items().forEach(hold -> hold.text().ifPresent(holds::add));
        cells.add(String.join(",", holds));
        cells.add(time(cache, "min_retention_until"));
      }
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }

  /** Measured a moment after a state was made. */
  private static String ownBytes(Json state) {
    OptionalLong own = state.number("own_bytes");
    return own.isPresent() ? Times.size(own.getAsLong()) : "-";
  }

  private Table jobs(List<Json> rows) {
    Table table =
        new Table(
            List.of(
                "JOB_ID", "STATUS", "KIND", ARGS, "PLAN_ONLY", "CREATED", "STARTED", "FINISHED"),
            ARGS);
    for (Json row : rows) {
      table.add(
          id(row, "job_id"),
          row.string("status"),
          row.string("prepare_kind"),
          row.string("prepare_args_normalized"),
          row.string("plan_only"),
          time(row, "created_at"),
          time(row, "started_at"),
          time(row, "finished_at"));
    }
    return table;
  }

  private Table tasks(List<Json> rows) {
    Table table =
        new Table(
            List.of("TASK_ID", "JOB_ID", "TYPE", "STATUS", "INPUT", "ARGS", "OUTPUT_ID", "CACHED"),
            "ARGS");
    for (Json row : rows) {
      table.add(
          row.string("task_id"),
          id(row, "job_id"),
          row.string("type"),
          row.string("status"),
          id(row, "input_state_id"),
          row.string("label"),
          id(row, "output_state_id"),
          row.string("cached"));
    }
    return table;
  }

  private String id(Json row, String field) {
    return isLong ? row.string(field) : Ids.shorten(row.string(field));
  }

  private String time(Json row, String field) {
    String time = row.string(field);
    return isLong ? Times.absolute(time) : Times.relative(time, now);
  }
}
