package io.taidon.gateway.drain;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import io.taidon.gateway.metrics.SessionEnd;
import io.taidon.gateway.session.LiveSessions;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.SqlState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The end of a gateway's service: no more clients, idle sessions end now, busy ones when they are
 * idle, the rest at the deadline. Thread-safe.
 */
public final class Drain {
  private static final Fault SHUTTING_DOWN =
      Fault.fatal(SqlState.ADMIN_SHUTDOWN, "terminating connection because the gateway shuts down")
          .withHint("Connect again.");

  private final Channel listener;
  private final ChannelGroup connections;
  private final LiveSessions live;
  private final EventExecutor timer;
  private final Duration farewell;

  /** A drain that has not begun; {@code timer} runs its deadline. */
  public Drain(
      Channel listener,
      ChannelGroup connections,
      LiveSessions live,
      EventExecutor timer,
      Duration farewell) {
    this.listener = listener;
    this.connections = connections;
    this.live = live;
    this.timer = timer;
    this.farewell = farewell;
  }

  /** Begins, or brings the deadline forward; completes when no client is connected. */
  public CompletionStage<Void> begin(Duration deadline) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    listener
        .close()
        .addListener(closed -> {
          // After the listener: whoever got in before it closed is in one of the two.
          live.forEach(session -> session.endWhenIdle(SessionEnd.DRAINED, SHUTTING_DOWN));
          connections.newCloseFuture().addListener(empty -> done.complete(null));
        });
    var hardStop = timer.schedule(this::endAll, deadline.toMillis(), TimeUnit.MILLISECONDS);
    done.whenComplete((nothing, failure) -> hardStop.cancel(false));
    return done;
  }

  /** Ends every session now. Those who do not read what they are told are cut off. */
  private void endAll() {
    live.forEach(session -> session.endNow(SessionEnd.DRAINED, SHUTTING_DOWN));
    timer.schedule(() -> connections.close(), farewell.toMillis(), TimeUnit.MILLISECONDS);
  }
}
