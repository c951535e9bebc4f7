package io.taidon.gateway.clients;

import io.taidon.gateway.config.GatewayConfig;
import io.taidon.gateway.config.StandaloneGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fresh server as pgjdbc's test suite wants it, and a command that runs against it: {@code
 * direct|gateway DIRECTORY COMMAND...}. The directory is the suite's; it gets the properties that
 * say where to connect. Routes are by the name of the database, so the suite sees no difference.
 */
public final class PgjdbcScene {
  private static final String LOCAL_PROPERTIES =
      """
      test.url.PGHOST=127.0.0.1
      test.url.PGPORT=%d
      test.url.PGDBNAME=test
      user=test
      password=test
      privilegedUser=postgres
      privilegedPassword=postgres
      """;

  /**
   * One test copies until somebody ends its session, which it tries itself by the process number of
   * BackendKeyData. Through the gateway that is the gateway's own, and it would copy for ever.
   */
  private static final String END_ENDLESS_COPIES =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
          + " WHERE query LIKE 'COPY copytest%' AND state = 'active'"
          + " AND now() - query_start > '2 minutes'";

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private PgjdbcScene() {}

  public static void main(String[] arguments) throws Exception {
    boolean direct = arguments[0].equals("direct");
    Path suite = Path.of(arguments[1]);
    List<String> command = Arrays.asList(arguments).subList(2, arguments.length);
    Optional<PlainServer> started = PlainServer.start();
    if (started.isEmpty()) {
      System.err.println("The distribution's PostgreSQL server is not installed.");
      System.exit(1);
    }
    int exitCode;
    try (PlainServer server = started.get()) {
      prepare(server);
      Thread.ofVirtual().start(() -> endEndlessCopies(server));
      if (direct) {
        exitCode = run(suite, server.port(), command);
      } else {
        Path settings = settings(Files.createTempDirectory("taidon-pgjdbc"), server);
        try (StandaloneGateway gateway =
            StandaloneGateway.start(GatewayConfig.read(Optional.of(settings), Map.of()))) {
          exitCode = run(suite, gateway.port(), command);
        }
      }
    }
    System.exit(exitCode);
  }

  private static void endEndlessCopies(PlainServer server) {
    try {
      while (true) {
        Thread.sleep(LOOK_AGAIN);
        server.execute("postgres", END_ENDLESS_COPIES);
      }
    } catch (SQLException | InterruptedException e) {
      // The server is gone: the scene is over.
    }
  }

  private static void prepare(PlainServer server) throws Exception {
    server.execute("postgres", "CREATE ROLE postgres SUPERUSER LOGIN PASSWORD 'postgres'");
    server.execute("postgres", "CREATE ROLE test LOGIN REPLICATION PASSWORD 'test'");
    server.execute("postgres", "CREATE DATABASE test OWNER test");
    server.execute("test", "CREATE EXTENSION hstore");
    server.execute("test", "CREATE EXTENSION citext");
    server.execute("test", "CREATE EXTENSION sslinfo");
  }

  /** Each database is an instance of its own name; wrong passwords are part of the suite. */
  private static Path settings(Path directory, PlainServer server) throws Exception {
    String roles = role(server, "test") + "," + role(server, "postgres");
    String instances =
        """
        {"instances":[
          {"id":"test","address":"127.0.0.1:%1$d","database":"test","roles":[%2$s]},
          {"id":"postgres","address":"127.0.0.1:%1$d","database":"postgres","roles":[%2$s]}]}
        """
            .formatted(server.port(), roles);
    Path file = Files.writeString(directory.resolve("directory.json"), instances);
    return Files.writeString(
        directory.resolve("gateway.properties"),
        "listen=127.0.0.1:0\nhealth.listen=\nlimit.failures=100000\ndirectory.file=%s\n"
            .formatted(file));
  }

  private static String role(PlainServer server, String name) throws Exception {
    return "{\"name\":\"%s\",\"verifier\":\"%s\"}".formatted(name, server.verifier(name));
  }

  private static int run(Path suite, int port, List<String> command) throws Exception {
    Files.writeString(suite.resolve("build.local.properties"), LOCAL_PROPERTIES.formatted(port));
    return new ProcessBuilder(command).directory(suite.toFile()).inheritIO().start().waitFor();
  }
}
