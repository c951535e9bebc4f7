package io.taidon.engine.job;

import io.taidon.core.explain.ExplainRequest;
import io.taidon.core.explain.Explainer;
import io.taidon.core.explain.Explanation;
import io.taidon.core.explain.Explanation.Miss;
import io.taidon.core.explain.Ingredients;
import io.taidon.core.explain.MissReason;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.state.StateId;
import io.taidon.engine.ExplainView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.build.BuildOrder;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.JobRetention;
import io.taidon.engine.store.OriginTable;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * Says why requests miss the cache, and counts it. What it tells changes nothing: a job whose miss
 * cannot be explained goes on. Thread-safe.
 */
public final class Explanations {
  private static final System.Logger LOG = System.getLogger(Explanations.class.getName());

  private final EngineContext engine;
  private final StateVault vault;
  private final PlanMaker plans;
  private final Map<MissReason, LongAdder> misses = new EnumMap<>(MissReason.class);
  private final LongAdder hits = new LongAdder();

  public Explanations(EngineContext engine, StateVault vault, PlanMaker plans) {
    this.engine = engine;
    this.vault = vault;
    this.plans = plans;
    for (MissReason reason : MissReason.values()) {
      misses.put(reason, new LongAdder());
    }
  }

  /** Explains a request and runs nothing of it; does not count. */
  public ExplainView explain(PrepareRequest request) throws InterruptedException {
    JobId nobody = JobId.random();
    try {
      BuildOrder order = plans.order(nobody, request);
      Plan plan = order.plan(vault);
      Evidence evidence = gather(order, plan);
      return ExplainViews.of(request, order, plan, evidence.baseCached(), weigh(evidence));
    } finally {
      if (request.stdin().isPresent()) {
        new JobRetention(engine.layout(), engine.registry()).remove(nobody);
      }
    }
  }

  /**
   * Explains the miss of a job that is about to build, beside it: what is known is read at once,
   * before the job adds to it, and compared on another thread.
   *
   * @return empty on a hit, and where no explanation could be made
   */
  CompletableFuture<Optional<Miss>> beside(BuildOrder order, Plan plan) {
    if (plan.isCached()) {
      hits.increment();
      return CompletableFuture.completedFuture(Optional.empty());
    }
    try {
      Evidence evidence = gather(order, plan);
      return CompletableFuture.supplyAsync(
          () -> counted(evidence), work -> Thread.ofVirtual().name("explain").start(work));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(unexplained(e));
    }
  }

  private Optional<Miss> counted(Evidence evidence) {
    try {
      Optional<Miss> miss =
          weigh(evidence) instanceof Miss found ? Optional.of(found) : Optional.empty();
      miss.flatMap(m -> Optional.ofNullable(misses.get(m.reason())))
          .ifPresent(LongAdder::increment);
      return miss;
    } catch (RuntimeException e) {
      return unexplained(e);
    }
  }

  private static Optional<Miss> unexplained(RuntimeException e) {
    LOG.log(Level.WARNING, "a miss could not be explained", e);
    return Optional.empty();
  }

  /** How many jobs of this engine found their state. */
  public long hits() {
    return hits.sum();
  }

  /** How many jobs of this engine missed, by the reason for the first step that had to run. */
  public Map<MissReason, Long> misses() {
    Map<MissReason, Long> counts = new EnumMap<>(MissReason.class);
    misses.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }

  /**
   * What there is to decide from.
   *
   * @param records of states that may be relatives
   */
  private record Evidence(
      BuildOrder order, Plan plan, boolean baseCached, List<OriginTable.Stored> records) {}

  private Evidence gather(BuildOrder order, Plan plan) {
    List<StateId> wanted = new ArrayList<>(plan.steps().size() + 1);
    wanted.add(plan.base());
    plan.steps().stream().map(PlannedStep::output).forEach(wanted::add);
    return new Evidence(
        order,
        plan,
        engine.registry().states().contains(plan.base()),
        plan.isCached()
            ? List.of()
            : engine.registry().origins().near(wanted, plan.startingState()));
  }

  private Explanation weigh(Evidence evidence) {
    BuildOrder order = evidence.order();
    return Explainer.explain(
        new ExplainRequest(
            evidence.plan(),
            evidence.baseCached(),
            Ingredients.of(order.identity()),
            order.preparation().origins(engine.registry().origins().key())),
        OriginTable.read(evidence.records()));
  }
}
