package io.taidon.server;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.Engine;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.local.EngineSettings;
import io.taidon.engine.local.LocalEngine;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.store.StoreLayout;
import io.taidon.engine.store.StoreLock;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Opens the engine that this server serves: the only place that knows which one. */
public final class EngineProducer {
  /**
   * The right to be the one server of the store, held until the process ends.
   *
   * @throws TaidonException CONFLICT where another server has it
   */
  @Produces
  @Singleton
  StoreLock lock(ServerSettings settings) {
    StoreLayout layout = new StoreLayout(settings.store()).create(OsUser.current().isRoot());
    return switch (StoreLock.tryAcquire(layout)) {
      case StoreLock.Attempt.Acquired(StoreLock lock) -> lock;
      case StoreLock.Attempt.HeldByAnother other ->
          throw TaidonException.of(
                  ErrorCode.CONFLICT,
                  "Another server"
                      + (other.pid().isPresent()
                          ? " (process " + other.pid().getAsLong() + ")"
                          : "")
                      + " serves the store "
                      + settings.store()
                      + ".")
              .with("store", settings.store().toString());
    };
  }

  void unlock(@Disposes StoreLock lock) {
    lock.close();
  }

  /** The engine on the store of these settings. Opened once, when the server starts. */
  @Produces
  @Singleton
  Engine engine(ServerSettings settings, StoreLock lock) {
    return LocalEngine.open(
        new EngineSettings(
            settings.store(),
            settings.postgresSets(),
            settings.snapshotBackend(),
            WorkerCommand.ofThisProcess(),
            settings.psql()));
  }

  void close(@Disposes Engine engine) {
    engine.close();
  }

  @Produces
  @Singleton
  ServerSettings settings() {
    return ServerSettings.ofProcess();
  }
}
