package io.taidon.engine;

import java.util.Locale;

/** Where a job or a task is. Cancelled is failed with the code {@code cancelled}. */
public enum JobStatus {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED;

  /** The name in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED;
  }
}
