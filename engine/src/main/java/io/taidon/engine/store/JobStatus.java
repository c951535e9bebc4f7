package io.taidon.engine.store;

import java.util.Locale;

/** Where a job or one of its tasks is. */
public enum JobStatus {
  /** Not begun. */
  QUEUED,
  /** Begun. */
  RUNNING,
  /** Ended well. */
  SUCCEEDED,
  /** Ended with an error; a cancelled job has the error code {@code cancelled}. */
  FAILED;

  /** The word in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has ended, and so never changes again. */
  public boolean terminal() {
    return switch (this) {
      case QUEUED, RUNNING -> false;
      case SUCCEEDED, FAILED -> true;
    };
  }
}
