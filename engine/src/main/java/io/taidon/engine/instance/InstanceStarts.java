package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.Uninterrupted;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Starts the servers of instances. For one that holds the instance's lock. */
final class InstanceStarts {
  private static final int PORT_TRIES = 5;

  private final EngineContext engine;
  private final Duration deadline;

  /**
   * @param deadline how long a server may take to start without showing progress
   */
  InstanceStarts(EngineContext engine, Duration deadline) {
    this.engine = engine;
    this.deadline = deadline;
  }

  /** A server that has answered; none is left on failure. */
  PostgresServer start(
      InstanceRecord instance,
      PostgresHome home,
      PortWish port,
      Optional<CompletableFuture<ScramVerifier>> newPassword,
      Stopwatch stopwatch)
      throws InterruptedException {
    InstanceId id = instance.id();
    RememberedRoles.forget(engine.layout().instanceRoles(id));
    engine
        .backends()
        .of(instance.backend())
        .open(engine.layout().instanceData(id), instance.durable());
    PostgresServer server = startOnSomePort(id, home, instance.durable(), port);
    try {
      FaultPoint.INSTANCE_SERVER_STARTED.reached();
      stopwatch.pass("started");
      newPassword.ifPresentOrElse(v -> server.setPassword(v.join()), server::ping);
      stopwatch.pass("first_row");
      return server;
    } catch (RuntimeException failure) {
      Uninterrupted.run(() -> server.stop(PostgresServer.StopMode.IMMEDIATE));
      throw failure;
    }
  }

  /**
   * Between choosing a free port and listening on it somebody else may take it: then another one is
   * tried.
   */
  private PostgresServer startOnSomePort(
      InstanceId id, PostgresHome home, boolean durable, PortWish wish) {
    for (int attempt = 1; ; attempt++) {
      int port =
          attempt == 1 || wish.required() ? wish.port().orElseGet(FreePort::pick) : FreePort.pick();
      try {
        return PostgresServer.start(home, engine.osUser(), options(id, durable).withTcpPort(port));
      } catch (TaidonException e) {
        boolean mayTryAnother = !wish.required() || wish.port().isEmpty();
        if (e.code() != ErrorCode.PORT_IN_USE || !mayTryAnother || attempt == PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  private ServerOptions options(InstanceId id, boolean durable) {
    return new ServerOptions(
        engine.layout().instanceData(id),
        engine.layout().instanceControl(id),
        OptionalInt.empty(),
        durable,
        false,
        deadline);
  }
}
