package io.taidon.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Properties of the planner, checked on seeded random step lists and caches; a failure names its
 * seed.
 */
class PlannerTest {
  private static final StateId BASE =
      StateIdentity.base(new io.taidon.core.state.EngineIdentity.Image("sha256:" + "1".repeat(64)));

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void reuses_the_longest_cached_prefix_and_nothing_else(int seed) {
    Random random = new Random(seed);
    List<StepInput> steps = steps(random);
    Plan cold = Planner.plan(BASE, steps, id -> false);
    Set<StateId> cached = new HashSet<>();
    for (PlannedStep step : cold.steps()) {
      if (random.nextInt(3) == 0) {
        cached.add(step.output());
      }
    }

    Plan plan = Planner.plan(BASE, steps, cached::contains);

    int expected = 0;
    for (PlannedStep step : cold.steps()) {
      if (cached.contains(step.output())) {
        expected = step.number();
      }
    }
    assertThat(plan.reusedSteps()).isEqualTo(expected);
    assertThat(plan.remaining()).hasSize(steps.size() - expected).noneMatch(PlannedStep::cached);
    assertThat(plan.steps().subList(0, expected)).allMatch(PlannedStep::cached);
    assertThat(plan.startingState())
        .isEqualTo(expected == 0 ? BASE : cold.steps().get(expected - 1).output());
    assertThat(plan.finalState()).isEqualTo(cold.finalState());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void any_prefix_replayed_alone_gives_the_same_ids(int seed) {
    List<StepInput> steps = steps(new Random(seed));
    List<StateId> all = outputs(steps);
    for (int length = 0; length <= steps.size(); length++) {
      assertThat(outputs(steps.subList(0, length))).isEqualTo(all.subList(0, length));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void changing_step_k_changes_the_ids_from_k_on_and_none_before(int seed) {
    Random random = new Random(seed);
    List<StepInput> steps = new ArrayList<>(steps(random));
    if (steps.isEmpty()) {
      return;
    }
    List<StateId> before = outputs(steps);
    int k = random.nextInt(steps.size());
    steps.set(k, step("changed"));
    List<StateId> after = outputs(steps);

    assertThat(after.subList(0, k)).isEqualTo(before.subList(0, k));
    for (int i = k; i < after.size(); i++) {
      assertThat(after.get(i)).isNotEqualTo(before.get(i));
    }
  }

  @Test
  void a_full_hit_asks_the_cache_once() {
    List<StepInput> steps = IntStream.range(0, 100).mapToObj(i -> step("s" + i)).toList();
    List<StateId> asked = new ArrayList<>();
    Plan plan = Planner.plan(BASE, steps, id -> asked.add(id));

    assertThat(plan.isCached()).isTrue();
    assertThat(asked).containsExactly(plan.finalState());
  }

  @Test
  void labels_and_warnings_do_not_change_ids() {
    StepInput one = new StepInput(StepKind.PSQL, "-f a.sql", StateIdentity.digest("x"), List.of());
    StepInput other =
        new StepInput(StepKind.PSQL, "--file=b.sql", StateIdentity.digest("x"), List.of("now()"));
    assertThat(outputs(List.of(one))).isEqualTo(outputs(List.of(other)));
  }

  private static List<StepInput> steps(Random random) {
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(i -> step("step " + random.nextInt(1000)))
        .toList();
  }

  private static StepInput step(String content) {
    return new StepInput(StepKind.PSQL, content, StateIdentity.digest(content), List.of());
  }

  private static List<StateId> outputs(List<StepInput> steps) {
    return Planner.plan(BASE, steps, id -> false).steps().stream()
        .map(PlannedStep::output)
        .toList();
  }
}
