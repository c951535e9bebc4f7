package io.taidon.engine.instance;

import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.SimpleQueryConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The sessions that clients have at a server; the engine's own are nobody's work. */
final class ClientSessions {
  private static final String COUNT =
      "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend'"
          + " AND application_name <> '"
          + SimpleQueryConnection.APPLICATION_NAME
          + "'";

  private ClientSessions() {}

  /**
   * How many there are.
   *
   * @param patience for the answer; without one there is no count
   */
  static Optional<Integer> count(PostgresServer server, Duration patience) {
    try (SimpleQueryConnection connection =
        SimpleQueryConnection.open(
            server.socket(), ClusterTemplate.SUPERUSER, "postgres", patience)) {
      List<List<Optional<String>>> rows = connection.query(COUNT);
      return rows.getFirst().getFirst().map(Integer::valueOf);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
