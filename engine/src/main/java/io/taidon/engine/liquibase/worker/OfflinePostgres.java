package io.taidon.engine.liquibase.worker;

import liquibase.database.OfflineConnection;
import liquibase.database.core.PostgresDatabase;
import liquibase.resource.ResourceAccessor;

/**
 * The PostgreSQL that changesets will run on, as far as Liquibase asks before there is a
 * connection: the database {@code postgres} with the schema {@code public}.
 */
final class OfflinePostgres extends PostgresDatabase {

  OfflinePostgres(String version, ResourceAccessor resources) {
    setConnection(
        new OfflineConnection(
            "offline:postgresql?productName=PostgreSQL&catalog=postgres&version=" + version,
            resources));
  }

  @Override
  public String getDefaultSchemaName() {
    return "public";
  }

  @Override
  public String getDefaultCatalogName() {
    return "postgres";
  }

  @Override
  public String getLiquibaseSchemaName() {
    return "public";
  }

  /** Makes loadData name the files of large objects as it will with a connection. */
  @Override
  public boolean supportsBatchUpdates() {
    return true;
  }
}
