package io.taidon.cli.output;

import io.taidon.cli.Streams;
import io.taidon.cli.client.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shows how a job gets on, on standard error: one rewritten line on a terminal, one line a finished
 * step elsewhere (a few for many steps), every event when verbose.
 */
public final class JobProgress {
  private static final String SPINNER = "-\\|/";

  /** With more steps than this, not each finished one gets a line. */
  private static final int FEW_STEPS = 20;

  /** How many lines tell of many steps. */
  private static final int PARTS = 10;

  private final PrintStream err;
  private final Style style;
  private final int columns;

  /** The number of each step, by its id, in their order. */
  private final Map<String, Integer> steps = new LinkedHashMap<>();

  /** Steps that planning found and that are not shown yet. */
  private final List<Json> planned = new ArrayList<>();

  private final Set<String> finished = new HashSet<>();
  private int partsShown;
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
    if (isStep(task) && isNew(task) && isPlanned(task)) {
      planned.add(event);
      return;
    }
    showPlanned();
    show(event);
  }

  /** Notes the step; false when it is known. */
  private boolean isNew(Json task) {
    return steps.putIfAbsent(task.string("task_id"), steps.size() + 1) == null;
  }

  /** Planning tells of all steps one by one; only after the last one is their number known. */
  private void showPlanned() {
    planned.forEach(this::show);
    planned.clear();
  }

  private void show(Json event) {
    Json task = event.get("task");
    switch (style) {
      case EVERYTHING -> everything(event);
      case PLAIN -> {
        if (isStep(task) && isOver(task)) {
          finished(task);
        }
        choice(event);
      }
      case REWRITTEN -> {
        if (task.isPresent()) {
          rewrite(isStep(task) ? step(task) : name(task), task);
        }
        choice(event);
      }
    }
  }

  /** What planning chose or found out where the user left it open. */
  private void choice(Json event) {
    if (event.is("type", "log") && event.is("task_id", "plan")) {
      clear();
      say(event.string("message"));
    }
  }

  private void finished(Json task) {
    if (!finished.add(task.string("task_id"))) {
      return;
    }
    int parts = finished.size() * PARTS / steps.size();
    if (steps.size() <= FEW_STEPS || parts > partsShown || task.is("status", "failed")) {
      partsShown = parts;
      say(step(task) + "  " + outcome(task));
    }
  }

  private void say(String line) {
    err.println(line);
    err.flush();
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
          case "task" -> (isStep(task) ? step(task) : name(task)) + "  " + outcome(task);
          case "log" -> event.string("message");
          case "status" -> "job " + event.string("status");
          case "error" -> "job error " + event.get("error").string("code");
          default -> "";
        };
    if (!what.isEmpty()) {
      say(what);
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
    int number = steps.getOrDefault(task.string("task_id"), steps.size());
    return "[" + number + "/" + steps.size() + "] " + label(task);
  }

  private static boolean isStep(Json task) {
    return task.is("type", "state_execute");
  }

  private static boolean isPlanned(Json task) {
    return task.is("status", "queued") || task.bool("cached");
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
