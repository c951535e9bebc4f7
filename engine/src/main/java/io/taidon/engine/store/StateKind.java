package io.taidon.engine.store;

import io.taidon.core.plan.StepKind;
import java.util.Locale;

/** What made a state. */
public enum StateKind {
  /** initdb: state 0 of an engine. */
  BASE,
  /** A psql step. */
  PSQL,
  /** A Liquibase changeset. */
  LB;

  /** The kind of states that steps of a kind make. */
  public static StateKind of(StepKind step) {
    return switch (step) {
      case PSQL -> PSQL;
      case LIQUIBASE -> LB;
    };
  }

  /** The word in JSON and in the registry. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
