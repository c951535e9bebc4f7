package io.taidon.core.explain;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.Planner;
import io.taidon.core.plan.StepInput;
import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a store knows: builds states as an engine does, and lets them go. */
final class Known {
  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
  private static final long BUILD_MILLIS = 100;

  private final Map<StateId, KnownState> states = new LinkedHashMap<>();
  private final Set<StateId> vanished = new HashSet<>();
  private int builds;

  /** Builds a request and keeps a state for each step. */
  Known built(Asked asked) {
    builds++;
    add(StateOrigin.base(asked.base(), Ingredients.of(asked.engine())));
    StateId parent = asked.base();
    for (StepOrigin step : asked.steps()) {
      StateId id = StateIdentity.after(parent, step.hash());
      add(StateOrigin.after(parent, List.of(step), id));
      parent = id;
    }
    return this;
  }

  /** Builds a request and keeps the last state only. */
  Known builtAtOnce(Asked asked) {
    builds++;
    add(StateOrigin.base(asked.base(), Ingredients.of(asked.engine())));
    add(StateOrigin.after(asked.base(), asked.steps(), asked.output(asked.steps().size())));
    return this;
  }

  Known gone(Asked asked, int step, EvictionReason why) {
    Loss loss = new Loss(Optional.of(why), NOON.plusSeconds(3600));
    states.computeIfPresent(
        asked.output(step),
        (_, state) ->
            new KnownState(state.origin(), Optional.of(loss), state.buildMillis(), loss.at()));
    return this;
  }

  /** The registry has it, the disk has not. */
  Known vanished(Asked asked, int step) {
    vanished.add(asked.output(step));
    return this;
  }

  Collection<KnownState> states() {
    return states.values();
  }

  Explanation explain(Asked asked) {
    return explain(asked, states.values());
  }

  Explanation explain(Asked asked, Collection<KnownState> known) {
    List<StepInput> inputs =
        asked.steps().stream()
            .map(step -> new StepInput(step.kind(), step.label(), step.hash(), List.of()))
            .toList();
    Plan plan = Planner.plan(asked.base(), inputs, this::isThere);
    return Explainer.explain(
        new ExplainRequest(
            plan, isThere(asked.base()), Ingredients.of(asked.engine()), asked.steps()),
        known);
  }

  private boolean isThere(StateId id) {
    KnownState state = states.get(id);
    return state != null && state.isKept() && !vanished.contains(id);
  }

  private void add(StateOrigin origin) {
    states.putIfAbsent(
        origin.id(),
        new KnownState(origin, Optional.empty(), BUILD_MILLIS, NOON.plusSeconds(builds)));
  }
}
