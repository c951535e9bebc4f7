package io.taidon.gateway;

import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.PostgresServer.StopMode;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** A real PostgreSQL server behind a {@link TestGateway}. Starts and stops; its data stay. */
public final class TestInstance implements AutoCloseable {
  public static final String ROLE = "sqlrs";
  public static final String PASSWORD = "correct horse battery staple";

  private final String id;
  private final int major;
  private final boolean overTcp;
  private final Path data;
  private final ScramVerifier verifier = ScramVerifier.of(PASSWORD);
  private Optional<PostgresServer> server = Optional.empty();
  private int port;

  private TestInstance(String id, int major, boolean overTcp, Path data) {
    this.id = id;
    this.major = major;
    this.overTcp = overTcp;
    this.data = data;
  }

  /** A stopped server; {@code overTcp} it asks for SCRAM, else it is reached by its socket. */
  public static TestInstance create(String id, int major, boolean overTcp) {
    try {
      return new TestInstance(id, major, overTcp, TestClusters.cluster(major));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public String id() {
    return id;
  }

  public ScramVerifier verifier() {
    return verifier;
  }

  /** What logs in at the server without the password. */
  public ScramKeys keys() {
    return ScramVerifier.keys(PASSWORD, verifier.salt(), verifier.iterations());
  }

  public synchronized boolean isRunning() {
    return server.filter(PostgresServer::isRunning).isPresent();
  }

  /** Starts the server, or finds it running. */
  public synchronized Endpoint start() {
    if (!isRunning()) {
      port = FreePort.pick();
      PostgresServer started =
          PostgresServer.start(
              TestClusters.home(major),
              TestClusters.OS_USER,
              ServerOptions.instance(data, data.resolveSibling("control")).withTcpPort(port));
      started.setPassword(verifier);
      server = Optional.of(started);
    }
    return endpoint();
  }

  public synchronized Endpoint endpoint() {
    PostgresServer running = server.orElseThrow();
    return overTcp
        ? new Endpoint(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), new BackendLogin.Scram())
        : new Endpoint(
            UnixDomainSocketAddress.of(running.socketDir().resolve(".s.PGSQL." + running.port())),
            new BackendLogin.Trusted());
  }

  public synchronized PostgresServer server() {
    return server.orElseThrow();
  }

  public synchronized void stop(StopMode mode) {
    server.ifPresent(running -> running.stop(mode));
  }

  @Override
  public void close() {
    stop(StopMode.IMMEDIATE);
  }
}
