package io.taidon.engine.store;

import java.util.Locale;

/** What a task does. */
public enum TaskType {
  /** Finds the steps and what is cached. */
  PLAN,
  /** Runs one step and seals its state. */
  STATE_EXECUTE,
  /** Makes an instance of the final state. */
  PREPARE_INSTANCE;

  /** The word in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
