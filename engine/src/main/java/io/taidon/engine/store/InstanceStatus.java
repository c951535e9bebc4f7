package io.taidon.engine.store;

import java.util.Locale;

/** Where an instance is in its life. */
public enum InstanceStatus {
  /** Its data directory or its server is being made. */
  CREATING,
  /** Its server runs. */
  RUNNING,
  /** Its data directory is there, no server runs, and a connection wakes it. */
  STOPPED,
  /** Its server ended by itself. */
  CRASHED,
  /** It is being removed. */
  DELETING;

  /** The word in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
