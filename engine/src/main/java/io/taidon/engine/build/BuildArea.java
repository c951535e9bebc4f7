package io.taidon.engine.build;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.psql.Target;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.StateRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A writable cluster directory in which one job builds, with its server while steps run, below its
 * engine's session directory, so that it is cleared after a crash. Not thread-safe. Closing it
 * stops its server and deletes it.
 */
final class BuildArea implements AutoCloseable {
  private final EngineContext engine;
  private final StateVault vault;
  private final BuildOrder order;
  private final SnapshotBackend backend;
  private final Path directory;
  private final Path data;
  private StateId holds;
  private Optional<PostgresServer> server = Optional.empty();

  /** Clones {@code from} as the place to build on. */
  BuildArea(EngineContext engine, StateVault vault, BuildOrder order, StateId from) {
    this.engine = engine;
    this.vault = vault;
    this.order = order;
    this.backend = engine.backends().of(vault.record(from).backend());
    this.directory = engine.layout().build(engine.session().id(), order.job());
    this.data = directory.resolve("data");
    this.holds = from;
    createDirectory(engine, order.job());
    try {
      vault.cloneTo(from, data);
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /** Makes the directory of one job's work, which PostgreSQL's user can walk through. */
  static void createDirectory(EngineContext engine, JobId job) {
    boolean asRoot = engine.osUser().isRoot();
    engine.layout().createOnTheWay(engine.layout().builds(engine.session().id()), asRoot);
    engine.layout().createOnTheWay(engine.layout().build(engine.session().id(), job), asRoot);
  }

  /** The state that the directory is a clone or the source of. */
  StateId holds() {
    return holds;
  }

  String backendName() {
    return backend.kind().wireName();
  }

  /** Runs steps on the area's server, which is started if need be. */
  void apply(Application application, int first, int last, Application.StepListener listener)
      throws InterruptedException {
    PostgresServer running = server.orElseGet(this::start);
    try {
      application.apply(
          first,
          last,
          new Target(
              running.socketDir().toString(),
              running.port(),
              ClusterTemplate.SUPERUSER,
              "postgres"),
          listener);
    } catch (TaidonException failure) {
      throw engine.health().explain(failure);
    }
    FaultPoint.STEPS_APPLIED.reached();
    requireNoTablespaces();
  }

  private PostgresServer start() {
    PostgresServer started =
        PostgresServer.start(
            order.home(),
            engine.osUser(),
            ServerOptions.building(data, directory.resolve("control")));
    server = Optional.of(started);
    FaultPoint.BUILD_SERVER_STARTED.reached();
    return started;
  }

  /** Whether a state can be taken while the server runs. */
  boolean canSealLive() {
    return backend.capabilities().liveSnapshotIsAtomic();
  }

  /**
   * Keeps what is there now as a state; the server goes on, and what starts from the state recovers
   * for a moment.
   */
  void sealLive(StateRecord state) {
    server.ifPresent(PostgresServer::checkpoint);
    FaultPoint.LIVE_CHECKPOINTED.reached();
    vault.seal(data, state, true);
    holds = state.id();
  }

  /**
   * Stops the server and makes what is there a state.
   *
   * @param keep whether the area is still wanted afterwards
   */
  void sealStopped(StateRecord state, boolean keep) {
    server.ifPresent(this::stopCleanly);
    FaultPoint.BUILD_SERVER_STOPPED.reached();
    vault.seal(data, state, keep);
    holds = state.id();
  }

  /** A final state that needs crash recovery would make every start from it slow. */
  private void stopCleanly(PostgresServer running) {
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
      backend.delete(data);
      FaultPoint.BUILD_CLUSTER_DELETED.reached();
      backend.delete(directory);
    });
  }
}
