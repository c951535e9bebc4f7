package io.taidon.operator.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdlePolicyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  @Test
  void nobody_came_since_the_start() {
    assertThat(IdlePolicy.idleAt(List.of(), ago(3), TEN_MINUTES, NOW))
        .contains(ago(3).plus(TEN_MINUTES));
  }

  @Test
  void the_last_activity_through_any_gateway_counts() {
    List<GatewayUse> use = List.of(use("a", 0, 8, 8), use("b", 0, 2, 2));
    assertThat(IdlePolicy.idleAt(use, ago(60), TEN_MINUTES, NOW))
        .contains(ago(2).plus(TEN_MINUTES));
  }

  @Test
  void an_open_session_keeps_it_awake() {
    assertThat(IdlePolicy.idleAt(List.of(use("a", 1, 50, 0)), ago(60), TEN_MINUTES, NOW)).isEmpty();
  }

  @Test
  void the_sessions_of_a_gateway_that_is_gone_do_not() {
    assertThat(IdlePolicy.idleAt(List.of(use("a", 1, 50, 5)), ago(60), TEN_MINUTES, NOW))
        .isPresent();
  }

  @Test
  void zero_is_never() {
    assertThat(IdlePolicy.idleAt(List.of(), ago(600), Duration.ZERO, NOW)).isEmpty();
  }

  @Test
  void only_a_wake_after_the_stop_wakes() {
    GatewayUse early = new GatewayUse("a", 0, null, ago(5).toString(), ago(5).toString());
    assertThat(IdlePolicy.isWanted(List.of(early), ago(4))).isFalse();
    assertThat(IdlePolicy.isWanted(List.of(early), ago(6))).isTrue();
  }

  private static Instant ago(int minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }

  private static GatewayUse use(String gateway, int sessions, int activeAgo, int reportedAgo) {
    return new GatewayUse(
        gateway, sessions, ago(activeAgo).toString(), null, ago(reportedAgo).toString());
  }
}
