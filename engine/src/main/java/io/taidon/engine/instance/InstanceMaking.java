package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.build.Uninterrupted;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.snapshot.linux.Durability;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The way from a state to an instance that answers: row, secret, clone, server. The row is written
 * before anything of it is on disk. Thread-safe.
 */
final class InstanceMaking {
  private final EngineContext engine;
  private final StateVault vault;
  private final Lifetimes lifetimes;
  private final InstanceRows rows;
  private final RunningServers servers;
  private final InstanceStarts starts;
  private final InstanceRemoval removal;

  InstanceMaking(
      EngineContext engine,
      StateVault vault,
      Lifetimes lifetimes,
      InstanceRows rows,
      RunningServers servers,
      InstanceStarts starts,
      InstanceRemoval removal) {
    this.engine = engine;
    this.vault = vault;
    this.lifetimes = lifetimes;
    this.rows = rows;
    this.servers = servers;
    this.starts = starts;
    this.removal = removal;
  }

  /** Makes an instance, which stays {@code creating}. Nothing is left of it on failure. */
  InstanceRecord make(InstanceOrder order, Stopwatch stopwatch) throws InterruptedException {
    InstanceId id = register(order);
    try {
      String password = InstanceSecret.random();
      CompletableFuture<ScramVerifier> verifier =
          CompletableFuture.supplyAsync(
              () -> ScramVerifier.of(password), task -> Thread.ofVirtual().start(task));
      engine.layout().createOnTheWay(engine.layout().instance(id), engine.osUser().isRoot());
      InstanceSecret.write(engine.layout().instanceSecret(id), password);
      FaultPoint.INSTANCE_SECRET_WRITTEN.reached();
      return vault.cloneTo(
          order.state(),
          engine.layout().instanceData(id),
          () -> serveClone(id, order, verifier, stopwatch));
    } catch (Throwable failure) {
      Uninterrupted.run(() -> removal.now(id, "It could not be made."));
      throw failure;
    }
  }

  private InstanceId register(InstanceOrder order) {
    InstanceId id = InstanceId.random();
    Instant now = engine.clock().instant();
    String backend = vault.record(order.state()).backend();
    engine
        .registry()
        .instances()
        .register(
            InstanceRecord.creating(
                    id,
                    order.state(),
                    engine.session().id(),
                    backend,
                    order.home().version(),
                    order.home().directory().toString(),
                    order.durable(),
                    now)
                .living(order.lifetime(), lifetimes.end(now, order.lifetime(), order.named())));
    FaultPoint.INSTANCE_REGISTERED.reached();
    return id;
  }

  private InstanceRecord serveClone(
      InstanceId id,
      InstanceOrder order,
      CompletableFuture<ScramVerifier> verifier,
      Stopwatch stopwatch)
      throws InterruptedException {
    InstanceRecord instance = rows.get(id);
    if (order.durable()) {
      Path data = engine.layout().instanceData(id);
      engine.backends().of(instance.backend()).open(data, true);
      sync(data);
    }
    FaultPoint.INSTANCE_CLONED.reached();
    stopwatch.pass("cloned");
    PostgresServer server =
        starts.start(
            instance,
            order.home(),
            new PortWish(order.port(), true),
            Optional.of(verifier),
            stopwatch);
    servers.add(id, server);
    FaultPoint.INSTANCE_READY.reached();
    return rows.served(rows.get(id), server, stopwatch);
  }

  /** What a durable server begins with must be on disk, too. */
  private static void sync(Path data) {
    try {
      Durability.syncFileSystem(data);
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.SNAPSHOT_FAILED,
          "The new instance could not be brought to disk: " + e.getMessage(),
          e);
    }
  }
}
