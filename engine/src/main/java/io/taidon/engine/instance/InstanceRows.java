package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.InstanceStatus;
import java.util.function.UnaryOperator;

/** The rows of instances that must be there, and what is written in them. Thread-safe. */
record InstanceRows(EngineContext engine) {
  InstanceRecord get(InstanceId id) {
    return engine
        .registry()
        .instances()
        .find(id)
        .orElseThrow(
            () -> TaidonException.of(ErrorCode.NOT_FOUND, "There is no instance " + id + "."));
  }

  InstanceRecord change(InstanceId id, UnaryOperator<InstanceRecord> change) {
    return engine
        .registry()
        .instances()
        .change(id, change)
        .orElseThrow(() ->
            TaidonException.of(ErrorCode.NOT_FOUND, "Instance " + id + " was deleted meanwhile."));
  }

  /** What the row says of one whose server was started just now; a start is a use. */
  InstanceRecord served(InstanceRecord instance, PostgresServer server, Stopwatch stopwatch) {
    return instance
        .usedAt(engine.clock().instant())
        .running(engine.session().id(), server.pid(), server.port(), stopwatch.timeline());
  }

  /** One that is being made has another thread at its files, and one that goes has no more. */
  static void requireMade(InstanceRecord instance) {
    switch (instance.status()) {
      case CREATING, DELETING ->
          throw TaidonException.of(
              ErrorCode.CONFLICT,
              "Instance "
                  + instance.id()
                  + (instance.status() == InstanceStatus.CREATING
                      ? " is still being made."
                      : " is being deleted."));
      case RUNNING, STOPPED, CRASHED -> {}
    }
  }
}
