package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.liquibase.WorkerTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.DatabaseException;
import liquibase.executor.ExecutorService;
import liquibase.lockservice.LockServiceFactory;

/**
 * Keeps the connection to a server from one task to the next, while that server lives, and with it
 * what Liquibase knows of the database: its kind, its history, where its own tables are. Learning
 * that takes some twenty statements, more than most changesets, and one {@code update} of all
 * changesets learns it only once, too.
 */
final class ConnectionKeeper {
  private record Kept(
      String socket, String name, String user, Connection connection, Database database) {}

  private Optional<Kept> kept = Optional.empty();

  /**
   * The database, by a connection that works.
   *
   * @throws TaidonException POSTGRES_FAILED
   */
  Database connect(WorkerTask.Apply target) throws DatabaseException {
    if (kept.isPresent() && !fits(kept.get(), target)) {
      close();
    }
    if (kept.isEmpty()) {
      Connection connection = open(target);
      Database database =
          DatabaseFactory.getInstance()
              .findCorrectDatabaseImplementation(new JdbcConnection(connection));
      kept =
          Optional.of(
              new Kept(target.socket(), target.database(), target.user(), connection, database));
    }
    return kept.get().database();
  }

  void close() {
    kept.ifPresent(k -> {
      try {
        k.connection().close();
      } catch (SQLException e) {
        // it is gone, then
      }
      forget();
    });
    kept = Optional.empty();
  }

  /** What Liquibase keeps by database, in registries of its own. */
  private static void forget() {
    LockServiceFactory.getInstance().resetAll();
    Scope.getCurrentScope().getSingleton(ChangeLogHistoryServiceFactory.class).resetAll();
    Scope.getCurrentScope().getSingleton(ExecutorService.class).reset();
  }

  private static boolean fits(Kept kept, WorkerTask.Apply target) {
    if (!kept.socket().equals(target.socket())
        || !kept.name().equals(target.database())
        || !kept.user().equals(target.user())) {
      return false;
    }
    try {
      return kept.connection().isValid(0);
    } catch (SQLException e) {
      return false;
    }
  }

  private static Connection open(WorkerTask.Apply target) {
    Properties properties = new Properties();
    properties.setProperty("user", target.user());
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
    properties.setProperty("socketFactoryArg", target.socket());
    properties.setProperty("ApplicationName", "liquibase");
    try {
      Connection connection =
          new org.postgresql.Driver()
              .connect("jdbc:postgresql://localhost/" + target.database(), properties);
      if (connection != null) {
        return connection;
      }
    } catch (SQLException e) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_FAILED,
              "Liquibase has no connection to the PostgreSQL server: " + Failures.sentence(e),
              e)
          .with("sqlstate", String.valueOf(e.getSQLState()));
    }
    throw new IllegalStateException("the driver knows its own URLs");
  }
}
