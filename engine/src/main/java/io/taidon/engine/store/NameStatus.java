package io.taidon.engine.store;

import java.util.Locale;

/** What a name leads to. */
public enum NameStatus {
  /** An instance. */
  ACTIVE,
  /** An instance whose time is over. */
  EXPIRED,
  /** An instance that is gone; the name remembers its state. */
  MISSING;

  /** The word in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
