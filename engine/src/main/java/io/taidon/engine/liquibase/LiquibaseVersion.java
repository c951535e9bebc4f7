package io.taidon.engine.liquibase;

/**
 * The Liquibase that applies changesets. It writes its version into DATABASECHANGELOG, so it is
 * part of every step's identity.
 */
public final class LiquibaseVersion {
  /** As in {@code engine/pom.xml}; a worker with another one refuses to work. */
  public static final String VERSION = "4.33.0";

  private LiquibaseVersion() {}
}
