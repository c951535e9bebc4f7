package io.taidon.gateway.session;

import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.WakeProgress;
import io.taidon.gateway.metrics.Phase;
import io.taidon.gateway.metrics.SessionEnd;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.SqlState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated client that waits for its instance to wake. It is told what goes on as soon as
 * that takes longer than usual: clients understand notices now, but not before AuthenticationOk.
 */
final class Hold {
  private final ClientSession session;
  private final SessionServices services;
  private final Instance instance;
  private final BiConsumer<SessionEnd, Fault> giveUp;
  private final long start = System.nanoTime();
  private @Nullable CompletableFuture<Endpoint> waiting;
  private @Nullable Future<?> deadline;
  private @Nullable Future<?> firstNotice;
  private String lastStep = "starting";
  private String lastTold = "";
  private boolean telling;

  Hold(ClientSession session, Instance instance, BiConsumer<SessionEnd, Fault> giveUp) {
    this.session = session;
    this.services = session.services();
    this.instance = instance;
    this.giveUp = giveUp;
  }

  void begin(Consumer<Endpoint> awake) {
    var loop = session.channel().eventLoop();
    Duration limit = services.timeouts().wakeHold();
    deadline =
        loop.schedule(
            () ->
                session.onLoop(
                    () -> giveUp.accept(SessionEnd.WAKE_FAILED, Faults.stillStarting(limit))),
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    firstNotice =
        loop.schedule(
            () -> session.onLoop(this::tell),
            services.timeouts().notice().toMillis(),
            TimeUnit.MILLISECONDS);
    CompletableFuture<Endpoint> joined = services.wakes().join(instance, this::progress);
    waiting = joined;
    services.metrics().waitBegins();
    session.whenDone(
        joined,
        endpoint -> {
          finish();
          services.metrics().phase(Phase.WAKE, System.nanoTime() - start);
          awake.accept(endpoint);
        },
        failure -> giveUp.accept(SessionEnd.WAKE_FAILED, Faults.cannotStart(failure)));
  }

  /** The client waits no more; the wake goes on. */
  void end() {
    finish();
  }

  private void finish() {
    cancel(deadline);
    cancel(firstNotice);
    if (waiting != null) {
      waiting.cancel(false);
      waiting = null;
      services.metrics().waitEnds();
    }
  }

  private void progress(WakeProgress step) {
    session.onLoop(() -> {
      lastStep = step.sentence();
      if (telling) {
        tell();
      }
    });
  }

  private void tell() {
    telling = true;
    if (waiting != null && !lastStep.equals(lastTold)) {
      lastTold = lastStep;
      session
          .channel()
          .writeAndFlush(
              Messages.notice(
                  session.alloc(),
                  SqlState.SUCCESSFUL_COMPLETION,
                  "The instance was asleep and is being woken: " + lastStep + ".",
                  Optional.empty()));
    }
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
