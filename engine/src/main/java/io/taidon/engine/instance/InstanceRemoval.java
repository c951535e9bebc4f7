package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.snapshot.FreedSpace;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.InstanceStatus;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The one way in which an instance goes, whether somebody deletes it or its time is over: the
 * registry says so, those who use it hear it, then server, data and directory go, and the row last.
 * For one that holds the instance's lock.
 */
final class InstanceRemoval {
  private static final System.Logger LOG = System.getLogger(InstanceRemoval.class.getName());

  private final EngineContext engine;
  private final RunningServers servers;
  private final InstanceListeners listeners;

  InstanceRemoval(EngineContext engine, RunningServers servers, InstanceListeners listeners) {
    this.engine = engine;
    this.servers = servers;
    this.listeners = listeners;
  }

  /** Waits for those who use an instance that is to go. */
  @FunctionalInterface
  interface Farewell {
    void await() throws InterruptedException;
  }

  /** Removes it whatever it is and whoever uses it. Does nothing to one that is gone. */
  void now(InstanceId id, String why) {
    deleting(id, _ -> true).ifPresentOrElse(i -> finish(i, why), () -> dropServer(id));
  }

  /**
   * Removes it unless it is not to go.
   *
   * @param still whether it is to go, asked in the moment that decides
   * @param farewell an interrupt ends the waiting, not the removal
   * @return whether it is gone now
   */
  boolean run(InstanceId id, Predicate<InstanceRecord> still, String why, Farewell farewell) {
    Optional<InstanceRecord> going = deleting(id, still);
    if (going.isEmpty()) {
      return false;
    }
    listeners.tell(new InstanceEvent.Ending(id.hex(), why, false));
    try {
      farewell.await();
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "instance {0} goes at once, because the engine ends", id);
    }
    finish(going.get(), why);
    return true;
  }

  private void finish(InstanceRecord instance, String why) {
    InstanceId id = instance.id();
    FaultPoint.INSTANCE_DELETING.reached();
    // While its server still is there, so that sessions hear it from the gateway.
    listeners.tell(new InstanceEvent.Ending(id.hex(), why, true));
    dropServer(id);
    SnapshotBackend backend = engine.backends().of(instance.backend());
    backend.delete(engine.layout().instanceData(id));
    FaultPoint.INSTANCE_DATA_DELETED.reached();
    backend.delete(engine.layout().instance(id));
    FaultPoint.INSTANCE_DIRECTORY_DELETED.reached();
    forget(id);
    listeners.tell(new InstanceEvent.Deleted(id.hex(), why));
  }

  private void forget(InstanceId id) {
    try {
      boolean unused = engine.registry().instances().remove(id);
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.DISK_FULL) {
        throw e;
      }
      FreedSpace.awaitRoomForANote(engine.layout().instances());
      boolean unused = engine.registry().instances().remove(id);
    }
  }

  private void dropServer(InstanceId id) {
    servers
        .remove(id)
        .ifPresent(server -> {
          server.stop(PostgresServer.StopMode.IMMEDIATE);
          FaultPoint.INSTANCE_SERVER_DROPPED.reached();
        });
  }

  /** On a full disk the registry can be told only after files are gone. */
  private Optional<InstanceRecord> deleting(InstanceId id, Predicate<InstanceRecord> still) {
    try {
      return engine
          .registry()
          .instances()
          .change(id, i -> still.test(i) ? i.withoutServer(InstanceStatus.DELETING) : i)
          .filter(i -> i.status() == InstanceStatus.DELETING);
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.DISK_FULL) {
        throw e;
      }
      return engine.registry().instances().find(id).filter(still);
    }
  }
}
