package io.taidon.cli.output;

import io.taidon.cli.Streams;
import io.taidon.cli.client.Json;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Shows how a job gets on, on standard error: one rewritten line on a terminal, one line a finished
 * step elsewhere, every event when verbose.
 */
public final class JobProgress {
  private static final String SPINNER = "-\\|/";

  private final PrintStream err;
  private final Style style;
  private final int columns;
  private final Map<String, Json> steps = new LinkedHashMap<>();
  private String current = "";
  private long currentSince = System.nanoTime();
  private int turns;
  private boolean lineIsOpen;

  private enum Style {
    REWRITTEN,
    PLAIN,
    EVERYTHING
  }

  public JobProgress(Streams streams, boolean isVerbose) {
    this.err = streams.err();
    this.columns = streams.columns();
    this.style =
        isVerbose ? Style.EVERYTHING : streams.errIsTerminal() ? Style.REWRITTEN : Style.PLAIN;
  }

  /** Takes an event of the job. */
  public void event(Json event) {
    Json task = event.get("task");
    boolean isStep = task.is("type", "state_execute");
    if (isStep) {
      steps.put(task.string("task_id"), task);
    }
    switch (style) {
      case EVERYTHING -> everything(event);
      case PLAIN -> {
        if (isStep && isOver(task)) {
          err.println(step(task) + "  " + outcome(task));
          err.flush();
        }
      }
      case REWRITTEN -> {
        if (task.isPresent()) {
          rewrite(isStep ? step(task) : name(task), task);
        }
      }
    }
  }

  /** Turns the spinner; to be called when nothing happened for a while. */
  public void tick() {
    if (style == Style.REWRITTEN && !current.isEmpty()) {
      turns++;
      draw();
    }
  }

  /** Removes the rewritten line, before something else is written. */
  public void clear() {
    if (lineIsOpen) {
      err.print("\r\u001b[K");
      err.flush();
      lineIsOpen = false;
    }
  }

  private void everything(Json event) {
    Json task = event.get("task");
    String what =
        switch (event.string("type")) {
          case "task" ->
              (task.is("type", "state_execute") ? step(task) : name(task)) + "  " + outcome(task);
          case "log" -> event.string("message");
          case "status" -> "job " + event.string("status");
          case "error" -> "job error " + event.get("error").string("code");
          default -> "";
        };
    if (!what.isEmpty()) {
      err.println(what);
      err.flush();
    }
  }

  private void rewrite(String label, Json task) {
    String line = isOver(task) ? label + "  " + outcome(task) : label;
    if (!line.equals(current)) {
      current = line;
      currentSince = System.nanoTime();
    }
    turns++;
    draw();
  }

  private void draw() {
    long millis = (System.nanoTime() - currentSince) / 1_000_000;
    String elapsed = millis < 1000 ? "" : "  " + Times.elapsed(millis);
    String line = SPINNER.charAt(turns % SPINNER.length()) + " " + current + elapsed;
    err.print("\r" + Truncation.end(line, columns - 1) + "\u001b[K");
    err.flush();
    lineIsOpen = true;
  }

  private String step(Json task) {
    String id = task.string("task_id");
    int number = 1;
    for (String known : steps.keySet()) {
      if (known.equals(id)) {
        break;
      }
      number++;
    }
    return "[" + number + "/" + steps.size() + "] " + label(task);
  }

  private static String name(Json task) {
    return task.is("type", "plan") ? "planning" : "starting the instance";
  }

  private static String label(Json task) {
    String label = task.text("label").orElse(task.string("task_id"));
    return label.replaceAll("\\p{Cntrl}+", " ");
  }

  private static boolean isOver(Json task) {
    return task.is("status", "succeeded") || task.is("status", "failed") || task.bool("cached");
  }

  private static String outcome(Json task) {
    if (task.bool("cached")) {
      return "cached";
    }
    return task.is("status", "succeeded") && task.number("duration_millis").isPresent()
        ? Times.elapsed(task.number("duration_millis").getAsLong())
        : task.string("status");
  }
}
