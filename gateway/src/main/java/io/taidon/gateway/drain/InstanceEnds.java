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
      case InstanceChange.Deleted deleted -> {
        Fault fault =
            Fault.fatal(
                    SqlState.ADMIN_SHUTDOWN,
                    "terminating connection because the instance is gone: " + deleted.sentence())
                .withHint("Prepare a new instance.");
        live.of(deleted.instanceId())
            .forEach(session -> session.endNow(SessionEnd.INSTANCE_GONE, fault));
      }
    }
  }
}
