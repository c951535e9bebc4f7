package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.liquibase.WorkerTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** Keeps the connection to a server from one task to the next, while that server lives. */
final class ConnectionKeeper {
  private record Kept(String socket, String database, String user, Connection connection) {}

  private Optional<Kept> kept = Optional.empty();

  /**
   * A connection that works.
   *
   * @throws TaidonException POSTGRES_FAILED
   */
  Connection connect(WorkerTask.Apply target) {
    if (kept.isPresent() && !fits(kept.get(), target)) {
      close();
    }
    if (kept.isEmpty()) {
      kept = Optional.of(new Kept(target.socket(), target.database(), target.user(), open(target)));
    }
    return kept.get().connection();
  }

  void close() {
    kept.ifPresent(k -> {
      try {
        k.connection().close();
      } catch (SQLException e) {
        // it is gone, then
      }
    });
    kept = Optional.empty();
  }

  private static boolean fits(Kept kept, WorkerTask.Apply target) {
    if (!kept.socket().equals(target.socket())
        || !kept.database().equals(target.database())
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
