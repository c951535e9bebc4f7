package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.postgres.SqlErrorResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The role of those who may read everything in an instance and write nothing: made in the instance
 * when it is first wanted, so that no state knows of it. Its transactions are read-only until the
 * client says otherwise, and then it still lacks the privileges: it owns nothing and was granted
 * {@code pg_read_all_data} alone. What everybody may do it may do too: temporary tables, and what
 * somebody granted to PUBLIC.
 */
final class ReaderRole {
  static final String NAME = "sqlrs_reader";

  /** Two that make it at once meet in a unique index. */
  private static final List<String> MADE_BY_ANOTHER = List.of("42710", "23505");

  private static final String MAKE =
      "CREATE ROLE sqlrs_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
          + " IN ROLE pg_read_all_data;"
          + " ALTER ROLE sqlrs_reader SET default_transaction_read_only = on";

  /**
   * Whether it is as it was made. Before PostgreSQL 15 everybody may create tables in the schema
   * {@code public}, so there is no such role there.
   */
  private static final String CHECK =
      "SELECT CASE WHEN pg_catalog.current_setting('server_version_num')::int < 150000 THEN 'old'"
          + " WHEN r.oid IS NULL THEN 'absent'"
          + " WHEN r.rolcanlogin AND r.rolpassword IS NULL AND NOT (r.rolsuper OR r.rolcreaterole"
          + " OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls)"
          + " AND ARRAY(SELECT m.roleid::regrole::text FROM pg_catalog.pg_auth_members m"
          + " WHERE m.member = r.oid) = ARRAY['pg_read_all_data'] THEN 'good'"
          + " ELSE 'changed' END"
          + " FROM (SELECT 1) one LEFT JOIN pg_catalog.pg_authid r ON r.rolname = '"
          + NAME
          + "'";

  private ReaderRole() {}

  /** The role's name; empty where somebody made it more than a reader, or it cannot be had. */
  static Optional<String> of(PostgresServer server) {
    try (SimpleQueryConnection connection = server.connect("postgres")) {
      String condition = check(connection);
      if (condition.equals("absent")) {
        make(connection);
        condition = check(connection);
      }
      return condition.equals("good") ? Optional.of(NAME) : Optional.empty();
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.POSTGRES_FAILED,
          "The role " + NAME + " could not be made: " + e.getMessage(),
          e);
    }
  }

  private static String check(SimpleQueryConnection connection) throws IOException {
    return connection.query(CHECK).getFirst().getFirst().orElse("");
  }

  private static void make(SimpleQueryConnection connection) throws IOException {
    try {
      List<List<Optional<String>>> unused = connection.query(MAKE);
    } catch (SqlErrorResponse e) {
      if (!MADE_BY_ANOTHER.contains(e.sqlState())) {
        throw e;
      }
    }
  }
}
