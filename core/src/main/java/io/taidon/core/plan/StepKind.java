package io.taidon.core.plan;

/** What applies a step. */
public enum StepKind {
  PSQL("psql"),
  LIQUIBASE("lb");

  private final String wireName;

  StepKind(String wireName) {
    this.wireName = wireName;
  }

  /** The name in JSON and on the command line. */
  public String wireName() {
    return wireName;
  }
}
