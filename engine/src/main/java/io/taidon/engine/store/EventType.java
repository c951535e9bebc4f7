package io.taidon.engine.store;

import java.util.Locale;

/** What an event of a job tells. */
public enum EventType {
  /** The job has a new status. */
  STATUS,
  /** A task has a new status. */
  TASK,
  /** A line of progress or of a tool. */
  LOG,
  /** The job succeeded with this. */
  RESULT,
  /** The job failed with this. */
  ERROR,
  /** The bound of the job is reached: log events are missing from here on. */
  TRUNCATED;

  /** The word in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
