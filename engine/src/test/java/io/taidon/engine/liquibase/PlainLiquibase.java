package io.taidon.engine.liquibase;

import io.taidon.engine.liquibase.worker.UnixSocketFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Properties;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.changelog.ChangeSet;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;

/** Liquibase as anybody uses it, in this process, with nothing of ours but the socket. */
final class PlainLiquibase {
  private static final String CHANGELOG = "db/changelog/db.changelog-master.yaml";

  private PlainLiquibase() {}

  private interface Use<T> {
    T of(Liquibase liquibase) throws Exception;
  }

  static void update(Path root, Database database, String contexts, String parameter)
      throws Exception {
    boolean unused =
        with(
            root,
            database,
            parameter,
            liquibase -> {
              liquibase.update(new Contexts(contexts), new LabelExpression());
              return true;
            });
  }

  /** Validates, and gives the ids of what {@code status} lists. */
  static List<String> unrun(Path root, Database database, String contexts, String parameter)
      throws Exception {
    return with(
        root,
        database,
        parameter,
        liquibase -> {
          liquibase.validate();
          return liquibase
              .listUnrunChangeSets(new Contexts(contexts), new LabelExpression())
              .stream()
              .map(ChangeSet::getId)
              .toList();
        });
  }

  private static <T> T with(Path root, Database database, String parameter, Use<T> use)
      throws Exception {
    try (Connection connection = connect(database);
        Liquibase liquibase =
            new Liquibase(
                CHANGELOG,
                new DirectoryResourceAccessor(root),
                DatabaseFactory.getInstance()
                    .findCorrectDatabaseImplementation(new JdbcConnection(connection)))) {
      String[] parts = parameter.split("=", 2);
      liquibase.setChangeLogParameter(parts[0], parts[1]);
      return use.of(liquibase);
    }
  }

  private static Connection connect(Database database) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("user", database.target().user());
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
    properties.setProperty(
        "socketFactoryArg",
        database.target().socketDir() + "/.s.PGSQL." + database.target().port());
    Connection connection =
        new org.postgresql.Driver().connect("jdbc:postgresql://localhost/postgres", properties);
    if (connection == null) {
      throw new IOException("no connection");
    }
    return connection;
  }
}
