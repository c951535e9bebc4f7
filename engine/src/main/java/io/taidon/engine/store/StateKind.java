package io.taidon.engine.store;

import java.util.Locale;

/** What made a state. */
public enum StateKind {
  /** initdb: state 0 of an engine. */
  BASE,
  /** A psql step. */
  PSQL;

  /** The word in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
