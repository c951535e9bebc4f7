package io.taidon.operator.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.lifetime.IdlePolicy;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportedUseTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  @Test
  void nobody_came_since_the_start() {
    assertThat(idleAt(List.of(), ago(3), TEN_MINUTES)).contains(ago(3).plus(TEN_MINUTES));
  }

  @Test
  void the_last_activity_through_any_gateway_counts() {
    List<GatewayUse> use = List.of(use("a", 0, 8, 8), use("b", 0, 2, 2));
    assertThat(idleAt(use, ago(60), TEN_MINUTES)).contains(ago(2).plus(TEN_MINUTES));
  }

  @Test
  void an_open_session_keeps_it_awake() {
    assertThat(idleAt(List.of(use("a", 1, 50, 0)), ago(60), TEN_MINUTES)).isEmpty();
  }

  @Test
  void the_sessions_of_a_gateway_that_is_gone_do_not() {
    assertThat(idleAt(List.of(use("a", 1, 50, 5)), ago(60), TEN_MINUTES)).isPresent();
  }

  @Test
  void zero_is_never() {
    assertThat(idleAt(List.of(), ago(600), Duration.ZERO)).isEmpty();
  }

  @Test
  void only_a_wake_after_the_stop_wakes() {
    GatewayUse early = new GatewayUse("a", 0, null, ago(5).toString(), ago(5).toString());
    assertThat(ReportedUse.isWanted(List.of(early), ago(4), NOW)).isFalse();
    assertThat(ReportedUse.isWanted(List.of(early), ago(6), NOW)).isTrue();
  }

  @Test
  void who_was_let_in_before_the_gateway_knew_of_the_stop_keeps_it_running() {
    assertThat(ReportedUse.isWanted(List.of(use("a", 1, 5, 0)), ago(4), NOW))
        .as("is there")
        .isTrue();
    assertThat(ReportedUse.isWanted(List.of(use("a", 0, 3, 0)), ago(4), NOW))
        .as("has been there")
        .isTrue();
    assertThat(ReportedUse.isWanted(List.of(use("a", 1, 5, 5)), ago(4), NOW))
        .as("of a gateway that is gone")
        .isFalse();
  }

  private static Instant ago(int minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }

  private static GatewayUse use(String gateway, int sessions, int activeAgo, int reportedAgo) {
    return new GatewayUse(
        gateway, sessions, ago(activeAgo).toString(), null, ago(reportedAgo).toString());
  }

  private static Optional<Instant> idleAt(List<GatewayUse> use, Instant start, Duration timeout) {
    return new IdlePolicy(timeout, Duration.ZERO).idleAt(ReportedUse.at(use, start, NOW), NOW);
  }
}
