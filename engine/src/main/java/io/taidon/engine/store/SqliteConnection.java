package io.taidon.engine.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sqlite.SQLiteConfig;

/**
 * One SQLite connection that prepares each statement once. Transactions are explicit. Not
 * thread-safe.
 */
final class SqliteConnection implements AutoCloseable {
  private static final int BUSY_TIMEOUT_MILLIS = 60_000;

  /**
   * A checkpoint syncs, and the commit that reaches this many pages pays for it. So {@link
   * Registry#checkpoint()} is meant to be called in idle moments and this is only the bound.
   */
  private static final int CHECKPOINT_PAGES = 4_000;

  /** What the log keeps of what it once grew to; it counts as space that states cannot have. */
  private static final int LOG_BYTES_KEPT = 1 << 20;

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private SqliteConnection(Connection connection) {
    this.connection = connection;
  }

  /** Opens the file, which is made when it is missing, in WAL mode (sqlite.org/wal.html). */
  static SqliteConnection open(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.enforceForeignKeys(true);
    config.setPragma(SQLiteConfig.Pragma.TEMP_STORE, "MEMORY");
    SqliteConnection opened = new SqliteConnection(config.createConnection("jdbc:sqlite:" + file));
    try {
      opened.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
      opened.execute("PRAGMA journal_size_limit = " + LOG_BYTES_KEPT);
      opened.execute("PRAGMA trusted_schema = OFF");
      opened.execute("PRAGMA cell_size_check = ON");
      return opened;
    } catch (SQLException e) {
      opened.close();
      throw e;
    }
  }

  /** Runs a statement that is not worth keeping prepared. */
  void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs a statement that changes rows; returns how many. */
  int update(String sql, Object... parameters) throws SQLException {
    return run(sql, parameters, PreparedStatement::executeUpdate);
  }

  <T> List<T> list(Row<T> row, String sql, Object... parameters) throws SQLException {
    return query(
        sql,
        parameters,
        results -> {
          List<T> found = new ArrayList<>();
          while (results.next()) {
            found.add(row.read(results));
          }
          return found;
        });
  }

  <T> Optional<T> first(Row<T> row, String sql, Object... parameters) throws SQLException {
    return query(
        sql,
        parameters,
        results -> results.next() ? Optional.of(row.read(results)) : Optional.empty());
  }

  boolean exists(String sql, Object... parameters) throws SQLException {
    return query(sql, parameters, ResultSet::next);
  }

  long number(String sql, Object... parameters) throws SQLException {
    return first(results -> results.getLong(1), sql, parameters).orElse(0L);
  }

  /** Closing also finalises all statements. */
  @Override
  public void close() throws SQLException {
    statements.clear();
    connection.close();
  }

  private <T> T query(String sql, Object[] parameters, Row<T> reading) throws SQLException {
    return run(
        sql,
        parameters,
        statement -> {
          try (ResultSet results = statement.executeQuery()) {
            return reading.read(results);
          }
        });
  }

  /**
   * Runs a statement, prepared or not. The driver finalises a statement that failed, so such a one
   * must not be used again.
   */
  private <T> T run(String sql, Object[] parameters, Use<T> use) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    boolean fine = false;
    try {
      for (int i = 0; i < parameters.length; i++) {
        bind(statement, i + 1, parameters[i]);
      }
      T result = use.of(statement);
      fine = true;
      return result;
    } finally {
      if (!fine) {
        statements.remove(sql);
        statement.close();
      }
    }
  }

  private static void bind(PreparedStatement statement, int at, Object value) throws SQLException {
    switch (value) {
      case String text -> statement.setString(at, text);
      case Long number -> statement.setLong(at, number);
      case Integer number -> statement.setInt(at, number);
      case Boolean flag -> statement.setInt(at, flag ? 1 : 0);
      case Instant time -> statement.setLong(at, time.toEpochMilli());
      case Optional<?> some when some.isPresent() -> bind(statement, at, some.get());
      case OptionalInt some when some.isPresent() -> statement.setInt(at, some.getAsInt());
      case OptionalLong some when some.isPresent() -> statement.setLong(at, some.getAsLong());
      case OptionalDouble some when some.isPresent() -> statement.setDouble(at, some.getAsDouble());
      case Optional<?> _, OptionalInt _, OptionalLong _, OptionalDouble _ ->
          statement.setObject(at, null);
      default -> throw new IllegalArgumentException("cannot bind " + value.getClass());
    }
  }

  /** What is done with a prepared statement. */
  @FunctionalInterface
  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  /** Makes a value of the present row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }
}
