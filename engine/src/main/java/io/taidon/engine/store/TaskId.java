package io.taidon.engine.store;

import java.util.regex.Pattern;

/** The name of a task inside its job: {@code plan}, {@code execute-1}, {@code prepare-instance}. */
public record TaskId(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  public static final TaskId PLAN = new TaskId("plan");
  public static final TaskId PREPARE_INSTANCE = new TaskId("prepare-instance");

  public TaskId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("a task id is 1 to 63 of a-z, 0-9 and hyphens");
    }
  }

  /** The task that runs the step of this number, 1 for the first. */
  public static TaskId execute(int step) {
    return new TaskId("execute-" + step);
  }

  @Override
  public String toString() {
    return text;
  }
}
