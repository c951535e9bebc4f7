package io.taidon.core.cache.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.simulation.Simulation.Outcome;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Traces are seeded and the policy is pure, so these figures never change by themselves. */
class CacheSimulationTest {
  static List<Trace> traces() {
    return Traces.all();
  }

  @ParameterizedTest
  @MethodSource("traces")
  void ours_is_never_much_worse_than_least_recently_used(Trace trace) {
    List<Outcome> outcomes = CacheSimulation.outcomes(trace, 0.15);
    assertThat(outcomes.get(3).rebuildSeconds())
        .isLessThan(1.02 * outcomes.get(0).rebuildSeconds());
  }

  @ParameterizedTest
  @MethodSource("traces")
  void no_policy_does_less_work_than_a_cache_without_a_limit(Trace trace) {
    List<Outcome> outcomes = CacheSimulation.outcomes(trace, 0.15);
    assertThat(outcomes).allMatch(o -> o.rebuildSeconds() >= outcomes.getLast().rebuildSeconds());
  }
}
