package io.taidon.engine.build;

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
  private final StateVault vault;
  private final SnapshotBackend backend;
  private final Path directory;
  private final Path data;
  private final BuildServer server;
  private final StateUses.Use use;
  private StateId holds;

  /** Clones {@code from} as the place to build on. */
  BuildArea(EngineContext engine, StateVault vault, BuildOrder order, StateId from) {
    this.vault = vault;
    this.use = vault.hold(from);
    try {
      this.backend = engine.backends().of(vault.record(from).backend());
    } catch (RuntimeException failure) {
      use.close();
      throw failure;
    }
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
    server.apply(application, first, last, listener);
  }

  SnapshotBackend backend() {
    return backend;
  }

  Path data() {
    return data;
  }

  /** Whether a state can be taken while the server runs. */
  boolean canSealLive() {
    return backend.capabilities().liveSnapshotIsAtomic();
  }

  /** Writes a checkpoint: what starts from a snapshot of now recovers for a moment. */
  void settleLive() {
    server.checkpoint();
    FaultPoint.LIVE_CHECKPOINTED.reached();
  }

  /** Stops the server. */
  void settleStopped() {
    server.stopCleanly();
    FaultPoint.BUILD_SERVER_STOPPED.reached();
  }

  /**
   * Makes what is there, settled, a state.
   *
   * @param keep whether the area is still wanted afterwards
   */
  void seal(NewState state, boolean keep) {
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
      use.close();
    });
  }
}
