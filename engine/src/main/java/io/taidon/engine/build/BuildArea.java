package io.taidon.engine.build;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.psql.OutputLine;
import io.taidon.engine.psql.PsqlRunner;
import io.taidon.engine.psql.PsqlStep;
import io.taidon.engine.psql.Target;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A writable cluster directory in which one job builds, below its engine's session directory, so
 * that it is cleared after a crash. Not thread-safe. Closing it stops its server and deletes it.
 */
final class BuildArea implements AutoCloseable {
  /** disk_full, PostgreSQL documentation appendix A. */
  private static final String DISK_FULL_SQLSTATE = "53100";

  private final EngineContext engine;
  private final BuildOrder order;
  private final PsqlRunner psql;
  private final SnapshotBackend backend;
  private final Path directory;
  private final Path data;
  private StateId holds;

  /** Clones {@code from} as the place to build on. */
  BuildArea(
      EngineContext engine, StateVault vault, BuildOrder order, PsqlRunner psql, StateId from) {
    this.engine = engine;
    this.order = order;
    this.psql = psql;
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

  long logicalBytes() {
    return backend.usage(data).logicalBytes();
  }

  Path data() {
    return data;
  }

  /** Runs one step on a server of its own, and leaves the directory cleanly stopped. */
  void apply(PsqlStep step, StateId output, Consumer<OutputLine> listener)
      throws InterruptedException {
    PostgresServer server = PostgresServer.start(order.home(), engine.osUser(), options());
    try {
      psql.run(
          step,
          new Target(
              server.socketDir().toString(), server.port(), ClusterTemplate.SUPERUSER, "postgres"),
          step.workspace().workDir(),
          listener);
      step.checkUnchanged();
      stopCleanly(server, step);
    } catch (TaidonException failure) {
      throw explain(failure);
    } finally {
      Uninterrupted.run(() -> server.stop(PostgresServer.StopMode.IMMEDIATE));
    }
    requireNoTablespaces(step);
    holds = output;
  }

  private ServerOptions options() {
    return ServerOptions.building(data, directory.resolve("control"));
  }

  /** A state that needs crash recovery would make every start from it slow. */
  private static void stopCleanly(PostgresServer server, PsqlStep step) {
    if (!server.stop(PostgresServer.StopMode.FAST)) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_FAILED,
              "PostgreSQL did not stop cleanly after " + step.input().label() + ".")
          .with("log", server.log().toString());
    }
  }

  /** A script that fails for want of space is not the script's fault. */
  private TaidonException explain(TaidonException failure) {
    if (!DISK_FULL_SQLSTATE.equals(failure.details().get("sqlstate"))) {
      return failure;
    }
    return TaidonException.of(
            ErrorCode.DISK_FULL, "The disk of the store is full: " + failure.sentence())
        .with("store", engine.layout().root().toString())
        .remedy("Free space, or remove states with `sqlrs rm`; finished steps are kept.");
  }

  /** A tablespace lies outside the cluster directory, where no snapshot would have it. */
  private void requireNoTablespaces(PsqlStep step) {
    try (Stream<Path> tablespaces = Files.list(data.resolve("pg_tblspc"))) {
      if (tablespaces.findAny().isPresent()) {
        throw TaidonException.of(
                ErrorCode.INVALID_SCRIPT,
                step.input().label()
                    + " creates a tablespace, whose files would not be part of the state.")
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
      backend.delete(data);
      backend.delete(directory);
    });
  }
}
