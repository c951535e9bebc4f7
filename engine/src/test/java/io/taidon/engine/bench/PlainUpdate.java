package io.taidon.engine.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.ui.LoggerUIService;

/** {@code liquibase update} by Liquibase alone, in this process or as a program of its own. */
final class PlainUpdate {
  /** So that it stays as it is: a logger that nobody holds is forgotten with its level. */
  private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

  private PlainUpdate() {}

  /** Updates from the changelog in the first argument; the environment is that of libpq. */
  public static void main(String[] arguments) throws Exception {
    run(
        Path.of(arguments[0]),
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                System.getenv("PGHOST"), System.getenv("PGPORT"), System.getenv("PGDATABASE")),
        System.getenv("PGUSER"),
        System.getenv("PGPASSWORD"));
  }

  /** Says nothing: a terminal would be slower than the database. */
  static void run(Path workspace, String url, String user, String password) throws Exception {
    LIQUIBASE.setLevel(Level.OFF);
    Scope.child(Scope.Attr.ui, new LoggerUIService(), () -> update(workspace, url, user, password));
  }

  private static void update(Path workspace, String url, String user, String password)
      throws Exception {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    try (Connection connection = DriverManager.getConnection(url, properties);
        Liquibase liquibase =
            new Liquibase(
                GeneratedChangelog.MASTER,
                new DirectoryResourceAccessor(workspace),
                DatabaseFactory.getInstance()
                    .findCorrectDatabaseImplementation(new JdbcConnection(connection)))) {
      liquibase.setShowSummary(UpdateSummaryEnum.OFF);
      liquibase.update(new Contexts(), new LabelExpression());
    }
  }
}
