package io.taidon.operator.instance;

import io.taidon.core.lifetime.Usage;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the gateways' reports about an instance come to. Pure. */
final class ReportedUse {
  /** A gateway that has not reported for so long holds nobody's session any more. */
  private static final Duration STALE = Duration.ofSeconds(60);

  private ReportedUse() {}

  /**
   * The use at a moment.
   *
   * @param startTime when its server last came up; counts as activity
   */
  static Usage at(List<GatewayUse> use, Instant startTime, Instant now) {
    Instant last = startTime;
    for (GatewayUse gateway : use) {
      last = latest(last, gateway.lastActivityTime());
      last = latest(last, gateway.wakeTime());
    }
    return new Usage(openSessions(use, now), last);
  }

  /**
   * Whether a client asked for the instance after it was to stop, or came in before the gateway
   * knew of that.
   */
  static boolean isWanted(List<GatewayUse> use, Instant stopTime, Instant now) {
    return at(use, stopTime, now).lastActivity().isAfter(stopTime) || openSessions(use, now) > 0;
  }

  private static int openSessions(List<GatewayUse> use, Instant now) {
    return use.stream()
        .filter(gateway ->
            gateway.reportTime() != null
                && Instant.parse(gateway.reportTime()).isAfter(now.minus(STALE)))
        .mapToInt(gateway -> Objects.requireNonNullElse(gateway.sessions(), 0))
        .sum();
  }

  private static Instant latest(Instant known, @Nullable String text) {
    if (text == null) {
      return known;
    }
    Instant time = Instant.parse(text);
    return time.isAfter(known) ? time : known;
  }
}
