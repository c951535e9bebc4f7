package io.taidon.engine.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How one server is started.
 *
 * @param dataDir the cluster, owned by the account that runs the server
 * @param controlDir ours, one per server: host-based authentication rules, log and socket
 * @param tcpPort listen on 127.0.0.1 at this port too, with passwords; otherwise only on the socket
 * @param durable flush to disk as PostgreSQL does by default; otherwise an operating system crash
 *     may damage the cluster
 * @param building the server builds a state and serves nobody else: larger buffers, rarer
 *     checkpoints
 * @param quietDeadline how long a start may show no progress in log or lock file before it is given
 *     up; crash recovery may take long in all
 */
public record ServerOptions(
    Path dataDir,
    Path controlDir,
    OptionalInt tcpPort,
    boolean durable,
    boolean building,
    Duration quietDeadline) {
  public static final Duration DEFAULT_QUIET_DEADLINE = Duration.ofSeconds(60);

  /** An instance that is reached through its socket only. */
  public static ServerOptions instance(Path dataDir, Path controlDir) {
    return new ServerOptions(
        dataDir, controlDir, OptionalInt.empty(), false, false, DEFAULT_QUIET_DEADLINE);
  }

  /** A server that runs the steps of a prepare. */
  public static ServerOptions building(Path dataDir, Path controlDir) {
    return new ServerOptions(
        dataDir, controlDir, OptionalInt.empty(), false, true, DEFAULT_QUIET_DEADLINE);
  }

  /** The same, reachable at a TCP port of the loopback interface. */
  public ServerOptions withTcpPort(int port) {
    return new ServerOptions(
        dataDir, controlDir, OptionalInt.of(port), durable, building, quietDeadline);
  }
}
