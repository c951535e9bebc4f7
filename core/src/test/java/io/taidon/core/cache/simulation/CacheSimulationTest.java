package io.taidon.core.cache.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.taidon.core.cache.EvictionPolicy;
import io.taidon.core.cache.simulation.Simulation.Outcome;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Traces are seeded or recorded and the policy is pure, so these figures never change by
 * themselves.
 */
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

  @ParameterizedTest
  @CsvSource({
    "crates-io, 0.05, 0.73",
    "crates-io, 0.15, 1.00",
    "crates-io, 0.40, 1.00",
    "lemmy, 0.05, 0.91",
    "lemmy, 0.15, 0.72",
    "lemmy, 0.40, 0.96"
  })
  void recorded_traces_cost_what_the_documentation_says(String name, double size, double ratio) {
    Trace trace = RecordedTrace.ofResource(name + ".trace.gz");
    long capacity = (long) (trace.distinctBytes() * size);

    double ours = seconds(trace, EvictionPolicy.COST_AWARE, capacity);
    double leastRecentlyUsed = seconds(trace, EvictionPolicy.LRU, capacity);

    assertThat(ours / leastRecentlyUsed).isCloseTo(ratio, within(0.006));
  }

  private static double seconds(Trace trace, EvictionPolicy policy, long capacity) {
    return Simulation.run(trace, Contenders.ours(policy), capacity).rebuildSeconds();
  }
}
