package io.taidon.gateway.drain;

import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.metrics.SessionEnd;
import io.taidon.gateway.session.LiveSessions;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.SqlState;
import java.util.function.Consumer;

/** Ends the sessions of instances that stop or are deleted. Thread-safe. */
public final class InstanceEnds implements Consumer<InstanceChange> {
  private static final Fault STOPPED =
      Fault.fatal(
              SqlState.ADMIN_SHUTDOWN, "terminating connection because the instance was stopped")
          .withHint("Connect again: the instance will be woken.");

  private final LiveSessions live;

  public InstanceEnds(LiveSessions live) {
    this.live = live;
  }

  @Override
  public void accept(InstanceChange change) {
    switch (change) {
      case InstanceChange.Stopped stopped ->
          live.of(stopped.instanceId()).forEach(session -> session.serverGoesDown(STOPPED));
      case InstanceChange.ExpiryChanged changed ->
          live.expiresAt(changed.instanceId(), changed.expiresAt());
      case InstanceChange.Ending(String id, String sentence, boolean now) when !now ->
          live.of(id)
              .forEach(session -> session.endWhenIdle(SessionEnd.INSTANCE_GONE, gone(sentence)));
      case InstanceChange.Ending ending -> endNow(ending.instanceId(), ending.sentence());
      case InstanceChange.Deleted deleted -> endNow(deleted.instanceId(), deleted.sentence());
    }
  }

  private void endNow(String id, String sentence) {
    live.of(id).forEach(session -> session.endNow(SessionEnd.INSTANCE_GONE, gone(sentence)));
  }

  private static Fault gone(String sentence) {
    return Fault.fatal(
            SqlState.ADMIN_SHUTDOWN,
            "terminating connection because the instance is gone: " + sentence)
        .withHint("Prepare a new instance.");
  }
}
