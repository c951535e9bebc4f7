package io.taidon.engine.liquibase;

import io.taidon.engine.liquibase.worker.UnixSocketFactory;
import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.TestClusters;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures, each time against a plain Liquibase or another way in the same run. Not part of the
 * tests: {@code -Dtaidon.measure=true}.
 */
@Tag("measurement")
@EnabledIfSystemProperty(named = "taidon.measure", matches = "true")
class LiquibaseMeasurement {
  private static final int ROUNDS = 20;

  private interface Work {
    void run() throws Exception;
  }

  private static double millis(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double best(Work work) throws Exception {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      best = Math.min(best, millis(work));
    }
    return best;
  }

  private static void say(String what, double millis) {
    System.out.printf("%-60s %8.1f ms%n", what, millis);
  }

  @Test
  void a_hundred_changesets() throws Exception {
    Changelogs some = Changelogs.empty();
    StringBuilder master = new StringBuilder("databaseChangeLog:\n");
    for (int i = 1; i <= 100; i++) {
      master.append("  - include: {file: db/" + i + ".xml}\n");
      some.xml(
          "db/" + i + ".xml",
          "<changeSet id='"
              + i
              + "' author='a'><createTable tableName='t"
              + i
              + "'><column name='id' type='int'/></createTable></changeSet>");
    }
    some.file("db/changelog/db.changelog-master.yaml", master.toString());
    String[] args = {"update", "--changelog-file=db/changelog/db.changelog-master.yaml"};
    say("plan, cold worker", millis(() -> some.plan(args)));
    say("plan, everything unchanged (best of 20)", best(() -> some.plan(args)));
    some.replace("db/50.xml", "'int'", "'bigint'");
    say("plan, one file changed, warm worker", millis(() -> some.plan(args)));
    LiquibasePlan plan = some.plan(args);
    try (Database database = Database.fresh()) {
      say(
          "plain Liquibase update on an empty database, in this JVM",
          millis(() -> PlainLiquibase.update(some.root, database, "", "x=1")));
    }
    for (int piece : new int[] {100, 10, 1}) {
      try (Database database = Database.fresh()) {
        double[] open = new double[1];
        LiquibaseRun[] run = new LiquibaseRun[1];
        open[0] = millis(() -> run[0] = some.steps.run(plan));
        double applied =
            millis(() -> {
              for (int from = 0; from < 100; from += piece) {
                run[0].apply(from, from + piece, database.target(), (step, outcome) -> {});
              }
            });
        run[0].close();
        say("open the changelog in a warm worker", open[0]);
        say("apply 100 changesets, " + piece + " at a time", applied);
      }
    }
  }

  @Test
  void unix_socket_and_tcp() throws Exception {
    Path data = TestClusters.cluster(17);
    int port = FreePort.pick();
    PostgresServer server =
        PostgresServer.start(
            TestClusters.home(17),
            TestClusters.OS_USER,
            ServerOptions.building(data, data.resolveSibling("control")).withTcpPort(port),
            "measured");
    try {
      Properties unix = properties();
      unix.setProperty("socketFactory", UnixSocketFactory.class.getName());
      unix.setProperty("socketFactoryArg", server.socketDir() + "/.s.PGSQL." + port);
      Properties tcp = properties();
      tcp.setProperty("password", "measured");
      String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
      say("connect, Unix socket", best(() -> connect(url, unix).close()));
      say("connect, TCP with SCRAM", best(() -> connect(url, tcp).close()));
      try (Connection a = connect(url, unix);
          Connection b = connect(url, tcp)) {
        say("1000 queries, Unix socket", best(() -> queries(a)));
        say("1000 queries, TCP", best(() -> queries(b)));
      }
    } finally {
      server.stop(PostgresServer.StopMode.IMMEDIATE);
    }
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", "sqlrs");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    return properties;
  }

  private static Connection connect(String url, Properties properties) throws Exception {
    Connection connection = new org.postgresql.Driver().connect(url, properties);
    if (connection == null) {
      throw new IllegalStateException("no connection");
    }
    return connection;
  }

  private static void queries(Connection connection) throws Exception {
    try (var statement = connection.createStatement()) {
      for (int i = 0; i < 1000; i++) {
        statement.executeQuery("select 1").close();
      }
    }
  }
}
