package io.taidon.engine.instance;

import io.taidon.engine.ClientView;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.SimpleQueryConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The sessions that clients have at a server; the engine's own are nobody's work. */
final class ClientSessions {
  private static final String OF_CLIENTS =
      " FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend'"
          + " AND application_name <> '"
          + SimpleQueryConnection.APPLICATION_NAME
          + "'";

  private static final String COUNT = "SELECT count(*)" + OF_CLIENTS;

  private static final String SUMMARY =
      "SELECT count(*), count(*) FILTER (WHERE state IN ('active', 'fastpath function call')),"
          + " (extract(epoch FROM max(greatest(state_change, backend_start))"
          + " FILTER (WHERE client_port > 0)) * 1000)::bigint"
          + OF_CLIENTS;

  /** More than these say nothing more. */
  private static final int MOST_SHOWN = 20;

  private static final String LIST =
      "SELECT usename, datname, application_name, host(client_addr), state,"
          + " (extract(epoch FROM greatest(state_change, backend_start)) * 1000)::bigint"
          + OF_CLIENTS
          + " ORDER BY backend_start, pid LIMIT "
          + MOST_SHOWN;

  private static final int LONGEST_TEXT = 64;

  private ClientSessions() {}

  /**
   * What a server says of its sessions.
   *
   * @param working how many of them run a query now
   * @param lastDirectUse when one that did not come through a Unix socket last did something
   */
  record Summary(int sessions, int working, Optional<Instant> lastDirectUse) {}

  /**
   * How many there are.
   *
   * @param patience for the answer; without one there is no count
   */
  static Optional<Integer> count(PostgresServer server, Duration patience) {
    return ask(server, COUNT, patience)
        .map(rows -> rows.getFirst().getFirst().map(Integer::valueOf).orElse(0));
  }

  /** What they do; empty without an answer in time. */
  static Optional<Summary> summary(PostgresServer server, Duration patience) {
    return ask(server, SUMMARY, patience).map(rows -> summary(rows.getFirst()));
  }

  private static Summary summary(List<Optional<String>> row) {
    return new Summary(
        row.get(0).map(Integer::parseInt).orElse(0),
        row.get(1).map(Integer::parseInt).orElse(0),
        row.get(2).map(Long::parseLong).map(Instant::ofEpochMilli));
  }

  /** The oldest of them; none without an answer in time. */
  static List<ClientView> list(PostgresServer server, Duration patience) {
    return ask(server, LIST, patience).orElse(List.of()).stream()
        .map(ClientSessions::client)
        .toList();
  }

  private static ClientView client(List<Optional<String>> row) {
    return new ClientView(
        row.get(0).map(ClientSessions::plain).orElse(""),
        row.get(1).map(ClientSessions::plain).orElse(""),
        row.get(2).map(ClientSessions::plain).filter(name -> !name.isBlank()),
        row.get(3),
        row.get(4),
        row.get(5).map(Long::parseLong).map(Instant::ofEpochMilli));
  }

  /** Names of roles and databases may hold anything, and end up on terminals. */
  private static String plain(String text) {
    String harmless = text.replaceAll("\\p{C}", "?");
    return harmless.length() <= LONGEST_TEXT ? harmless : harmless.substring(0, LONGEST_TEXT);
  }

  private static Optional<List<List<Optional<String>>>> ask(
      PostgresServer server, String query, Duration patience) {
    try (SimpleQueryConnection connection =
        SimpleQueryConnection.open(
            server.socket(), ClusterTemplate.SUPERUSER, "postgres", patience)) {
      return Optional.of(connection.query(query));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
