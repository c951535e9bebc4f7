package io.taidon.core.cache.simulation;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.Hold;
import io.taidon.core.cache.LostState;
import io.taidon.core.cache.simulation.Trace.Request;
import io.taidon.core.cache.simulation.Trace.Step;
import io.taidon.core.state.StateId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One cache, one policy, one trace. */
final class Simulation {
  private static final double HIGH = 0.90;
  private static final double LOW = 0.80;

  /**
   * What a policy made of a trace.
   *
   * @param rebuildSeconds work that was done, first builds included
   * @param hits requests that needed no work, of all
   */
  record Outcome(String policy, double rebuildSeconds, double hits, int evictions) {}

  private static final class Kept {
    private final Step step;
    private final Optional<StateId> parent;
    private final Instant createdAt;
    private Instant lastUsedAt;
    private long uses;

    Kept(Step step, Optional<StateId> parent, Instant now) {
      this.step = step;
      this.parent = parent;
      this.createdAt = now;
      this.lastUsedAt = now;
    }
  }

  private final Contender contender;
  private final long capacity;
  private final Map<StateId, Kept> kept = new LinkedHashMap<>();
  private final Map<StateId, LostState> lost = new LinkedHashMap<>();
  private long bytes;
  private int evictions;

  private Simulation(Contender contender, long capacity) {
    this.contender = contender;
    this.capacity = capacity;
  }

  static Outcome run(Trace trace, Contender contender, long capacity) {
    Simulation simulation = new Simulation(contender, capacity);
    long millis = 0;
    int hits = 0;
    for (int r = 0; r < trace.requests().size(); r++) {
      long work = simulation.serve(trace.requests().get(r), r);
      millis += work;
      hits += work == 0 ? 1 : 0;
    }
    return new Outcome(
        contender.name(),
        millis / 1000.0,
        (double) hits / trace.requests().size(),
        simulation.evictions);
  }

  private long serve(Request request, int number) {
    Instant now = Instant.EPOCH.plusSeconds(request.atSeconds());
    List<Step> chain = request.chain();
    int start = chain.size();
    while (start > 0 && !kept.containsKey(chain.get(start - 1).id())) {
      start--;
    }
    if (start > 0) {
      use(chain.get(start - 1).id(), now, number);
    }
    long work = 0;
    for (int i = start; i < chain.size(); i++) {
      Step step = chain.get(i);
      work += step.buildMillis();
      kept.put(
          step.id(),
          new Kept(step, i == 0 ? Optional.empty() : Optional.of(chain.get(i - 1).id()), now));
      lost.remove(step.id());
      bytes += step.bytes();
      contender.touched(step.id(), number);
      enforce(now, Set.of(step.id()));
    }
    if (start < chain.size()) {
      use(chain.getLast().id(), now, number);
    }
    return work;
  }

  /** A build or, as at the end of each request, an instance starts from a state. */
  private void use(StateId id, Instant now, int number) {
    Kept state = kept.get(id);
    state.uses++;
    state.lastUsedAt = now;
    contender.touched(id, number);
  }

  private void enforce(Instant now, Set<StateId> held) {
    if (bytes <= HIGH * capacity) {
      return;
    }
    for (StateId id : contender.evict(inventory(now, held), (long) (bytes - LOW * capacity))) {
      Kept gone = kept.remove(id);
      bytes -= gone.step.bytes();
      lost.put(id, new LostState(id, gone.parent, gone.step.buildMillis()));
      evictions++;
    }
  }

  private CacheInventory inventory(Instant now, Set<StateId> held) {
    List<CachedState> states = new ArrayList<>(kept.size());
    kept.forEach((id, state) ->
        states.add(
            new CachedState(
                id,
                state.parent,
                state.createdAt,
                state.lastUsedAt,
                state.uses,
                state.step.buildMillis(),
                state.step.bytes(),
                held.contains(id) ? Set.of(Hold.JOB) : Set.of(),
                List.of())));
    return new CacheInventory(now, states, List.copyOf(lost.values()));
  }
}
