package io.taidon.engine.liquibase;

import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.psql.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A build server on a fresh cluster. */
final class Database implements AutoCloseable {
  /** All that does not depend on the time: DATEEXECUTED and DEPLOYMENT_ID do. */
  private static final String HISTORY =
      "SELECT id, author, filename, orderexecuted, exectype, md5sum, description, comments, tag,"
          + " liquibase, contexts, labels FROM databasechangelog ORDER BY orderexecuted";

  private final PostgresServer server;

  private Database(PostgresServer server) {
    this.server = server;
  }

  static Database fresh() throws IOException, InterruptedException {
    return on(TestClusters.cluster(17));
  }

  static Database on(Path data) throws IOException {
    return new Database(
        PostgresServer.start(
            TestClusters.home(17),
            TestClusters.OS_USER,
            ServerOptions.building(data, data.resolveSibling("control"))));
  }

  Target target() {
    return new Target(server.socketDir().toString(), server.port(), "sqlrs", "postgres");
  }

  List<List<Optional<String>>> query(String sql) throws IOException {
    try (SimpleQueryConnection connection = server.connect("postgres")) {
      return connection.query(sql);
    }
  }

  String one(String sql) throws IOException {
    return query(sql).getFirst().getFirst().orElse("null");
  }

  List<List<Optional<String>>> history() throws IOException {
    return query(HISTORY);
  }

  boolean locked() throws IOException {
    return !one("SELECT count(*) FROM databasechangeloglock WHERE locked").equals("0");
  }

  boolean stopCleanly() {
    return server.stop(PostgresServer.StopMode.FAST);
  }

  @Override
  public void close() {
    server.stop(PostgresServer.StopMode.IMMEDIATE);
  }
}
