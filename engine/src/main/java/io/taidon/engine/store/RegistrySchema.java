package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables of the registry. {@code user_version} is the schema's version, {@code application_id}
 * says that the file is ours (sqlite.org/pragma.html).
 */
final class RegistrySchema {
  /** "taid" in ASCII. */
  private static final long APPLICATION_ID = 0x74616964L;

  private static final Set<String> TABLES =
      Set.of(
          "states",
          "instances",
          "names",
          "jobs",
          "tasks",
          "event_heads",
          "events",
          "state_workspaces",
          "eviction_runs",
          "evictions",
          "origins");

  private static final List<String> VERSION_1 =
      List.of(
          """
          CREATE TABLE states (
            id TEXT NOT NULL PRIMARY KEY,
            parent TEXT,
            kind TEXT NOT NULL,
            engine_version TEXT NOT NULL,
            engine_identity TEXT NOT NULL,
            backend TEXT NOT NULL,
            label TEXT NOT NULL,
            args_normalized TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            size_bytes INTEGER NOT NULL,
            build_millis INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            use_count INTEGER NOT NULL,
            durable INTEGER NOT NULL,
            boot_id TEXT NOT NULL
          ) STRICT\
          """,
          "CREATE INDEX states_by_parent ON states (parent)",
          "CREATE INDEX states_not_durable ON states (boot_id) WHERE durable = 0",
          """
          CREATE TABLE instances (
            id TEXT NOT NULL PRIMARY KEY,
            state TEXT NOT NULL,
            status TEXT NOT NULL,
            owner TEXT,
            pid INTEGER,
            port INTEGER,
            backend TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            expires_at INTEGER,
            durable INTEGER NOT NULL,
            server_version TEXT NOT NULL,
            server_home TEXT NOT NULL,
            timeline TEXT NOT NULL
          ) STRICT\
          """,
          "CREATE INDEX instances_by_state ON instances (state)",
          "CREATE INDEX instances_by_owner ON instances (owner)",
          "CREATE INDEX instances_by_expiry ON instances (expires_at) WHERE expires_at IS NOT NULL",
          """
          CREATE TABLE names (
            name TEXT NOT NULL PRIMARY KEY,
            instance TEXT NOT NULL,
            state TEXT NOT NULL,
            last_used_at INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID\
          """,
          "CREATE INDEX names_by_instance ON names (instance)",
          """
          CREATE TABLE jobs (
            id TEXT NOT NULL PRIMARY KEY,
            status TEXT NOT NULL,
            kind TEXT NOT NULL,
            request TEXT NOT NULL,
            signature TEXT,
            plan_only INTEGER NOT NULL,
            session TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            result TEXT,
            error TEXT
          ) STRICT\
          """,
          "CREATE INDEX jobs_by_signature ON jobs (signature, created_at)",
          "CREATE INDEX jobs_by_session ON jobs (session)",
          """
          CREATE TABLE tasks (
            job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            place INTEGER NOT NULL,
            type TEXT NOT NULL,
            status TEXT NOT NULL,
            label TEXT NOT NULL,
            input TEXT,
            step_hash TEXT,
            output TEXT,
            warnings TEXT NOT NULL,
            cached INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            error TEXT,
            PRIMARY KEY (job, id)
          ) STRICT, WITHOUT ROWID\
          """,
          // Beside the job, so that an append does not write the request again.
          """
          CREATE TABLE event_heads (
            job TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            last_seq INTEGER NOT NULL,
            truncated INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID\
          """,
          """
          CREATE TABLE events (
            job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            at INTEGER NOT NULL,
            type TEXT NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (job, seq)
          ) STRICT, WITHOUT ROWID\
          """);

  /** What states of older versions were like is not known; they are measured when states are. */
  private static final List<String> VERSION_2 =
      List.of("ALTER TABLE states ADD COLUMN fingerprint TEXT NOT NULL DEFAULT ''");

  /**
   * What the cache needs to know to stay within its limits. {@code own_bytes} is what a state takes
   * beyond its parent, so that the sum over all states counts shared bytes once; null until it is
   * measured. {@code evictions} has a row for each state that went, whatever the reason: it is
   * written in the transaction that takes the state's row away.
   */
  private static final List<String> VERSION_3 =
      List.of(
          "ALTER TABLE states ADD COLUMN own_bytes INTEGER",
          "ALTER TABLE states ADD COLUMN pinned_at INTEGER",
          """
          CREATE TABLE state_workspaces (
            state TEXT NOT NULL,
            workspace TEXT NOT NULL,
            last_used_at INTEGER NOT NULL,
            PRIMARY KEY (state, workspace)
          ) STRICT, WITHOUT ROWID\
          """,
          """
          CREATE TABLE eviction_runs (
            id INTEGER NOT NULL PRIMARY KEY,
            trigger TEXT NOT NULL,
            reason TEXT NOT NULL,
            subject TEXT,
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            used_before INTEGER NOT NULL,
            free_before INTEGER NOT NULL,
            limit_bytes INTEGER NOT NULL,
            used_after INTEGER,
            free_after INTEGER
          ) STRICT\
          """,
          """
          CREATE TABLE evictions (
            id INTEGER NOT NULL PRIMARY KEY,
            run INTEGER,
            state TEXT NOT NULL,
            parent TEXT,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            use_count INTEGER NOT NULL,
            build_millis INTEGER NOT NULL,
            rebuild_millis INTEGER,
            keep_score REAL,
            freed_bytes INTEGER NOT NULL
          ) STRICT\
          """,
          "CREATE INDEX evictions_by_state ON evictions (state, id)",
          "CREATE INDEX evictions_by_run ON evictions (run)");

  /** What is wished for the life of an instance, and whether it was stopped for nobody used it. */
  private static final List<String> VERSION_4 =
      List.of(
          "ALTER TABLE instances ADD COLUMN ttl_millis INTEGER",
          "ALTER TABLE instances ADD COLUMN idle_timeout_millis INTEGER",
          "ALTER TABLE instances ADD COLUMN asleep INTEGER NOT NULL DEFAULT 0");

  /**
   * What made each state, also of those that went ({@code gone_at}); of states of older versions
   * that is not known.
   */
  private static final List<String> VERSION_5 =
      List.of(
          """
          CREATE TABLE origins (
            id TEXT NOT NULL PRIMARY KEY,
            parent TEXT,
            origin TEXT NOT NULL,
            build_millis INTEGER NOT NULL,
            at INTEGER NOT NULL,
            gone_at INTEGER
          ) STRICT\
          """,
          "CREATE INDEX origins_by_parent ON origins (parent)",
          "CREATE INDEX origins_by_time ON origins (at, id)",
          "CREATE INDEX origins_gone ON origins (gone_at, id) WHERE gone_at IS NOT NULL");

  /** The statements that lead from version n to n + 1, at place n. */
  private static final List<List<String>> MIGRATIONS =
      List.of(VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5);

  private RegistrySchema() {}

  /**
   * Brings a database to the present version, in one transaction.
   *
   * @return whether it was empty
   * @throws SQLException also SQLITE_CORRUPT where it is not a registry
   * @throws TaidonException STORE_UNUSABLE where it was made by a newer version of this program
   */
  static boolean migrate(SqliteConnection connection, Path file) throws SQLException {
    connection.update("BEGIN IMMEDIATE");
    try {
      long version = connection.number("PRAGMA user_version");
      boolean empty = !connection.exists("SELECT 1 FROM sqlite_schema LIMIT 1");
      requireOurs(connection, empty, version);
      if (version > MIGRATIONS.size()) {
        throw newer(file, version);
      }
      for (List<String> step : MIGRATIONS.subList((int) version, MIGRATIONS.size())) {
        for (String statement : step) {
          connection.execute(statement);
        }
      }
      if (version < MIGRATIONS.size()) {
        connection.execute("PRAGMA application_id = " + APPLICATION_ID);
        connection.execute("PRAGMA user_version = " + MIGRATIONS.size());
      }
      requireTables(connection);
      connection.update("COMMIT");
      return empty;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.update("ROLLBACK");
      } catch (SQLException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static void requireOurs(SqliteConnection connection, boolean empty, long version)
      throws SQLException {
    long application = connection.number("PRAGMA application_id");
    boolean ours = empty ? version == 0 : application == APPLICATION_ID && version > 0;
    if (!ours) {
      throw Columns.damaged("the file is a database of something else");
    }
  }

  private static void requireTables(SqliteConnection connection) throws SQLException {
    Set<String> missing = new TreeSet<>(TABLES);
    connection
        .list(row -> Columns.text(row, 1), "SELECT name FROM sqlite_schema WHERE type = 'table'")
        .forEach(missing::remove);
    if (!missing.isEmpty()) {
      throw Columns.damaged("tables are missing: " + missing);
    }
  }

  private static TaidonException newer(Path file, long version) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE,
            "The store's registry " + file + " was made by a newer version of sqlrs.")
        .with("path", file.toString())
        .with("schema_version", Long.toString(version))
        .with("known_schema_version", Integer.toString(MIGRATIONS.size()))
        .remedy("Upgrade sqlrs, or use another store.");
  }
}
