package io.taidon.cli.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the local server is reached and started.
 *
 * @param home the installation: holds {@code lib/server}; empty when {@code sqlrs} runs without one
 * @param requestTimeout how long to wait for an answer
 * @param startupTimeout how long a starting server may take
 * @param idleTimeout after how long an idle server ends, as text such as {@code 120s}
 * @param snapshotBackend {@code auto} or the backend that the user wants
 */
public record ServerSettings(
    Path store,
    Optional<Path> home,
    Duration requestTimeout,
    Duration startupTimeout,
    String idleTimeout,
    String snapshotBackend) {

  /** The same for another store. */
  public ServerSettings withStore(Path other) {
    return new ServerSettings(
        other, home, requestTimeout, startupTimeout, idleTimeout, snapshotBackend);
  }

  Path runDirectory() {
    return store.resolve("run");
  }

  /** What the server writes to its standard streams. */
  public Path logFile() {
    return runDirectory().resolve("server.log");
  }
}
