package io.taidon.engine.build;

import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.JobId;
import java.nio.file.Path;

/**
 * A writable cluster directory in which one job builds, with its server while steps run, below its
 * engine's session directory, so that it is cleared after a crash. Not thread-safe. Closing it
 * stops its server and deletes it.
 */
final class BuildArea implements AutoCloseable {
  private final EngineContext engine;
  private final StateVault vault;
  private final SnapshotBackend backend;
  private final Path directory;
  private final Path data;
  private final BuildServer server;
  private StateId holds;

  /** Clones {@code from} as the place to build on. */
  BuildArea(EngineContext engine, StateVault vault, BuildOrder order, StateId from) {
    this.engine = engine;
    this.vault = vault;
    this.backend = engine.backends().of(vault.record(from).backend());
    this.directory = engine.layout().build(engine.session().id(), order.job());
    this.data = directory.resolve("data");
    this.server =
        new BuildServer(order.home(), engine.osUser(), data, directory.resolve("control"));
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
    try {
      server.apply(application, first, last, listener);
    } catch (TaidonException failure) {
      throw engine.health().explain(failure);
    }
  }

  /** Whether a state can be taken while the server runs. */
  boolean canSealLive() {
    return backend.capabilities().liveSnapshotIsAtomic();
  }

  /**
   * Keeps what is there now as a state; the server goes on, and what starts from the state recovers
   * for a moment.
   */
  void sealLive(NewState state) {
    server.checkpoint();
    FaultPoint.LIVE_CHECKPOINTED.reached();
    vault.seal(data, state, true);
    holds = state.record().id();
  }

  /**
   * Stops the server and makes what is there a state.
   *
   * @param keep whether the area is still wanted afterwards
   */
  void sealStopped(NewState state, boolean keep) {
    server.stopCleanly();
    FaultPoint.BUILD_SERVER_STOPPED.reached();
    vault.seal(data, state, keep);
    holds = state.record().id();
  }

  @Override
  public void close() {
    Uninterrupted.run(() -> {
      server.close();
      backend.delete(data);
      FaultPoint.BUILD_CLUSTER_DELETED.reached();
      backend.delete(directory);
    });
  }
}
