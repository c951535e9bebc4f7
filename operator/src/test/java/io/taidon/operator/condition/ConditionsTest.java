package io.taidon.operator.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.taidon.crds.v1alpha1.InstanceReason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

  @Test
  void the_transition_is_when_the_status_changed_not_the_reason() {
    Condition starting = Conditions.of("Ready", InstanceReason.STARTING, "", 1L, null, THEN);
    Condition failed =
        Conditions.of("Ready", InstanceReason.SERVER_FAILED, "", 1L, List.of(starting), NOW);
    Condition running =
        Conditions.of("Ready", InstanceReason.RUNNING, "", 1L, List.of(failed), NOW);
    assertThat(failed.getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(running.getLastTransitionTime()).isEqualTo("2026-01-01T00:01:00Z");
  }
}
