package io.taidon.engine.build;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.psql.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The server of a cluster directory in which a build works: it runs only while steps need it. Not
 * thread-safe. Closing it stops the server at once; the directory stays.
 */
public final class BuildServer implements AutoCloseable {
  private final PostgresHome home;
  private final OsUser osUser;
  private final Path data;
  private final Path control;
  private Optional<PostgresServer> server = Optional.empty();

  /**
   * @param data the cluster
   * @param control where the server's socket, rules and log go
   */
  public BuildServer(PostgresHome home, OsUser osUser, Path data, Path control) {
    this.home = home;
    this.osUser = osUser;
    this.data = data;
    this.control = control;
  }

  /** Runs steps on the server, which is started if need be. */
  public void apply(Application application, int first, int last, Application.StepListener listener)
      throws InterruptedException {
    PostgresServer running = server.orElseGet(this::start);
    application.apply(
        first,
        last,
        new Target(
            running.socketDir().toString(), running.port(), ClusterTemplate.SUPERUSER, "postgres"),
        listener);
    FaultPoint.STEPS_APPLIED.reached();
    requireNoTablespaces();
  }

  private PostgresServer start() {
    PostgresServer started =
        PostgresServer.start(home, osUser, ServerOptions.building(data, control));
    server = Optional.of(started);
    FaultPoint.BUILD_SERVER_STARTED.reached();
    return started;
  }

  /** Makes recovery short for whatever starts from a copy of the files that is taken next. */
  public void checkpoint() {
    server.ifPresent(PostgresServer::checkpoint);
  }

  /**
   * Stops the server so that the cluster needs no recovery: a final state that does would make
   * every start from it slow.
   */
  public void stopCleanly() {
    if (server.isEmpty()) {
      return;
    }
    PostgresServer running = server.get();
    server = Optional.empty();
    if (!running.stop(PostgresServer.StopMode.FAST)) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_FAILED, "PostgreSQL did not stop cleanly after a step.")
          .with("log", running.log().toString());
    }
  }

  /** A tablespace lies outside the cluster directory, where no snapshot would have it. */
  private void requireNoTablespaces() {
    try (Stream<Path> tablespaces = Files.list(data.resolve("pg_tblspc"))) {
      if (tablespaces.findAny().isPresent()) {
        throw TaidonException.of(
                ErrorCode.INVALID_SCRIPT,
                "A step creates a tablespace, whose files would not be part of the state.")
            .remedy("Leave out CREATE TABLESPACE, or create it in the instance with run:psql.");
      }
    } catch (NoSuchFileException e) {
      // no such directory, no tablespaces
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Uninterrupted.run(() -> {
      server.ifPresent(s -> s.stop(PostgresServer.StopMode.IMMEDIATE));
      server = Optional.empty();
    });
  }
}
