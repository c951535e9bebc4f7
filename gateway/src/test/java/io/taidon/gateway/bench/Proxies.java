package io.taidon.gateway.bench;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.gateway.clients.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The processes in front of a server, each configured as its documentation advises for sessions
 * that belong to one client. They log nothing while they work.
 */
final class Proxies implements AutoCloseable {
  private final Path directory;
  private final ScramVerifier verifier;
  private final int sessions;
  private final List<Process> running = new ArrayList<>();

  /**
   * None yet.
   *
   * @param verifier of the role's password, the same one that the server has
   * @param sessions how many each may have at most; HAProxy wants files for all of them
   */
  Proxies(Path directory, ScramVerifier verifier, int sessions) {
    this.directory = directory;
    this.verifier = verifier;
    this.sessions = sessions;
  }

  /**
   * This gateway, in front of a TCP port.
   *
   * @param login how it gets in there: {@code scram} or {@code trust}
   */
  Contender gateway(String name, String address, String login) {
    int port = FreePort.pick();
    Path instances =
        write(
            "gateway-" + port + ".json",
            """
            {"instances":[{"id":"bench","address":"%s","login":"%s","roles":[
              {"name":"%s","verifier":"%s"}]}]}
            """
                .formatted(address, login, Contender.ROLE, verifier.text()));
    Path settings =
        write(
            "gateway-" + port + ".properties",
            """
            listen=127.0.0.1:%d
            health.listen=
            directory.file=%s
            limit.sessions=%3$d
            limit.sessions.instance=%3$d
            limit.sessions.address=%3$d
            """
                .formatted(port, instances, sessions));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(BenchSettings.text("GATEWAY_JAVA_OPTIONS", GATEWAY_OPTIONS).split(" ")));
    command.addAll(List.of("-cp", System.getProperty("taidon.gateway.classpath")));
    command.addAll(List.of("io.taidon.gateway.config.GatewayMain", "--config"));
    command.add(settings.toString());
    return start(name, port, Contender.ROLE + "~bench", command);
  }

  /**
   * As the image has them. Small young objects that die soon, and little that stays: the simplest
   * collector is best. The quick compiler alone, because a relay is mostly kernel and a login runs
   * much code a few times.
   */
  static final String GATEWAY_OPTIONS =
      "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
          + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m";

  /**
   * PgBouncer with a server connection for each client's session. It logs in at the server with the
   * keys that the client's login gave away, as the gateway does.
   *
   * @param reuse whether a server connection whose client left serves another one
   */
  Contender pgbouncer(String name, int serverPort, boolean reuse) {
    int port = FreePort.pick();
    Path users =
        write(
            "pgbouncer-" + port + ".users",
            "\"%s\" \"%s\"\n".formatted(Contender.ROLE, verifier.text()));
    Path settings =
        write(
            "pgbouncer-" + port + ".ini",
            """
            [databases]
            * = host=127.0.0.1 port=%d
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = %s
            pool_mode = session
            max_client_conn = %4$d
            default_pool_size = %4$d
            listen_backlog = 4096
            log_connections = 0
            log_disconnections = 0
            log_stats = 0
            %5$s
            """
                .formatted(serverPort, port, users, sessions, reuse ? "" : "server_lifetime = 0"));
    return start(
        name,
        port,
        Contender.ROLE,
        TestClusters.OS_USER.wrap(
            List.of(Programs.inPath("pgbouncer").orElseThrow().toString(), settings.toString())));
  }

  /** HAProxy, which moves bytes and knows nothing of PostgreSQL. */
  Contender haproxy(String name, int serverPort) {
    int port = FreePort.pick();
    Path settings =
        write(
            "haproxy-" + port + ".cfg",
            """
            global
              maxconn %d
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            listen postgres
              bind 127.0.0.1:%d
              server one 127.0.0.1:%d
            """
                .formatted(sessions, port, serverPort));
    return start(
        name,
        port,
        Contender.ROLE,
        List.of(
            Programs.inPath("haproxy").orElseThrow().toString(), "-db", "-f", settings.toString()));
  }

  private Contender start(String name, int port, String user, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("proxy-" + port + ".log").toFile())
              .start();
      running.add(process);
      awaitPort(process, port, name);
      return new Contender(name, port, user, OptionalLong.of(process.pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitPort(Process process, int port, String name) throws IOException {
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (!process.isAlive()) {
          String said = Files.readString(directory.resolve("proxy-" + port + ".log"));
          throw new IllegalStateException(name + " does not start: " + said, e);
        }
      }
      Thread.onSpinWait();
    }
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Process process : running) {
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
