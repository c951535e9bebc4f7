package io.taidon.engine.job;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.explain.Explanation.Miss;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.state.StateId;
import io.taidon.engine.JobView.MissView;
import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.Lifetime;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.build.BuildListener;
import io.taidon.engine.build.BuildOrder;
import io.taidon.engine.build.StateBuilder;
import io.taidon.engine.build.StateUses;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.cache.CacheKeeper;
import io.taidon.engine.instance.InstanceOrder;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.instance.Stopwatch;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.StoreHealth;
import io.taidon.engine.store.TaskId;
import io.taidon.engine.store.TaskRecord;
import io.taidon.engine.store.TaskType;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One prepare from request to instance: plan, build what is missing, make the instance, bind its
 * name. Runs on a thread of its own; interrupting that cancels it.
 */
final class PrepareJob implements Runnable {
  private static final System.Logger LOG = System.getLogger(PrepareJob.class.getName());

  /** A state that is damaged again as soon as it was rebuilt is not worth a fourth time. */
  private static final int ATTEMPTS = 3;

  private final JobId id;
  private final PrepareRequest request;
  private final JobJournal journal;
  private final PlanMaker plans;
  private final StateVault vault;
  private final StateBuilder builder;
  private final CacheKeeper cache;
  private final Instances instances;
  private final NameBinding names;
  private final InstantSource clock;
  private final StoreHealth health;
  private final Explanations explanations;
  private final Stopwatch stopwatch = new Stopwatch();
  private CompletableFuture<Optional<Miss>> miss =
      CompletableFuture.completedFuture(Optional.empty());

  PrepareJob(
      JobId id,
      PrepareRequest request,
      JobJournal journal,
      PlanMaker plans,
      StateVault vault,
      StateBuilder builder,
      CacheKeeper cache,
      Instances instances,
      NameBinding names,
      InstantSource clock,
      StoreHealth health,
      Explanations explanations) {
    this.id = id;
    this.request = request;
    this.journal = journal;
    this.plans = plans;
    this.vault = vault;
    this.builder = builder;
    this.cache = cache;
    this.instances = instances;
    this.names = names;
    this.clock = clock;
    this.health = health;
    this.explanations = explanations;
  }

  @Override
  public void run() {
    try {
      journal.started();
      handOver(prepare());
    } catch (InterruptedException e) {
      fail(cancelled());
    } catch (TaidonException e) {
      fail(wasInterrupted(e) ? cancelled() : cache.explain(health.explain(e)));
    } catch (RuntimeException | Error e) {
      fail(wasInterrupted(e) ? cancelled() : health.cause().orElseGet(() -> defect(e)));
    }
  }

  /** Nothing is told of a job after its end. */
  private void fail(TaidonException why) {
    miss.join();
    journal.failed(why);
  }

  private Outcome prepare() throws InterruptedException {
    Instant began = clock.instant();
    BuildOrder order = plans.order(id, request);
    Plan plan = order.plan(vault);
    recordPlan(order, plan, began);
    explain(order, plan);
    stopwatch.pass("planned");
    if (request.planOnly()) {
      return Outcome.of(
          result(order, plan, Optional.empty(), 0, "", stopwatch.timeline().millis()));
    }
    cache.planned(plan);
    Optional<InstanceRecord> reused = names.reusable(request, plan.finalState());
    if (reused.isPresent()) {
      InstanceRecord running = instances.reuse(reused.get().id(), request.lifetime());
      names.touch(request);
      return Outcome.of(
          result(
              order,
              plan,
              Optional.of(running),
              0,
              running.backend(),
              running.timeline().millis()));
    }
    return make(order, plan);
  }

  /** Says why the first step must run, as soon as that is known; nothing waits for it. */
  private void explain(BuildOrder order, Plan plan) {
    miss =
        explanations
            .beside(order, plan)
            .thenApply(explained -> {
              explained.ifPresent(
                  m -> journal.log(TaskId.execute(m.step()), "engine: " + m.sentence()));
              return explained;
            })
            .exceptionally(unsaid -> {
              LOG.log(Level.WARNING, "the explanation of a miss was lost", unsaid);
              return Optional.empty();
            });
  }

  private Optional<MissView> miss() {
    return miss.join()
        .map(m -> new MissView(m.step(), m.label(), m.reason().wireName(), m.sentence()));
  }

  /**
   * Builds what is missing and makes the instance; once more if the final state was damaged, or
   * evicted before we could say that we need it.
   */
  private Outcome make(BuildOrder order, Plan plan) throws InterruptedException {
    int stepsRun = 0;
    for (int attempt = 1; ; attempt++) {
      try (StateUses.Use use = vault.hold(plan.finalState())) {
        stepsRun += builder.build(order, new TaskListener());
        return makeInstance(order, plan, stepsRun);
      } catch (TaidonException e) {
        boolean isGone = e.code() == ErrorCode.STATE_DAMAGED || StateVault.isVanished(e);
        if (!isGone || attempt == ATTEMPTS) {
          throw e;
        }
        vault.discardDamaged(new TaskListener()::stateDamaged);
      }
    }
  }

  private Outcome makeInstance(BuildOrder order, Plan plan, int stepsRun)
      throws InterruptedException {
    journal.taskStarted(TaskId.PREPARE_INSTANCE);
    InstanceRecord instance =
        instances.create(
            new InstanceOrder(
                plan.finalState(),
                order.home(),
                request.durable(),
                request.port(),
                lifetime(),
                request.name().isPresent()),
            stopwatch);
    cache.used(request.workspace().toString(), order.base(), plan);
    return new Outcome(
        result(
            order,
            plan,
            Optional.of(instance),
            stepsRun,
            instance.backend(),
            instance.timeline().millis()),
        Optional.of(instance));
  }

  /**
   * Nothing listens at a port of its own while an instance is stopped, so nothing would wake it.
   */
  private Lifetime lifetime() {
    Lifetime wish = request.lifetime();
    return request.port().isPresent() && wish.idleTimeout().isEmpty()
        ? wish.withIdleTimeout(Duration.ZERO)
        : wish;
  }

  /**
   * Makes true at one moment that the job succeeded, that its instance is there, and that the name
   * means that instance. Whoever dies before leaves an instance that the next engine deletes.
   */
  private void handOver(Outcome outcome) {
    AtomicReference<Optional<InstanceId>> replaced = new AtomicReference<>(Optional.empty());
    try {
      journal.succeeded(
          outcome.result(), () -> outcome.made().ifPresent(made -> replaced.set(announce(made))));
    } catch (RuntimeException failure) {
      outcome.made().ifPresent(made -> deleteUnannounced(made.id(), failure));
      throw failure;
    }
    replaced.get().ifPresent(this::deleteReplaced);
  }

  private void deleteUnannounced(InstanceId made, RuntimeException why) {
    try {
      instances.delete(made, "It could not be made.");
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private Optional<InstanceId> announce(InstanceRecord made) {
    instances.announce(made);
    return names.bind(request, made.id());
  }

  /** The job is over; what cannot be deleted now says so and is deleted at the next start. */
  private void deleteReplaced(InstanceId old) {
    try {
      instances.delete(old, "It was replaced by a new one.");
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "instance " + old + " was replaced and could not be deleted", e);
    }
  }

  /**
   * What a job came to.
   *
   * @param made the instance that was made for it and that nobody knows of yet
   */
  private record Outcome(PrepareResult result, Optional<InstanceRecord> made) {
    static Outcome of(PrepareResult result) {
      return new Outcome(result, Optional.empty());
    }
  }

  private void recordPlan(BuildOrder order, Plan plan, Instant began) {
    List<TaskRecord> tasks = new ArrayList<>();
    tasks.add(TaskRecord.planTask(id, began, clock.instant()));
    for (PlannedStep step : plan.steps()) {
      tasks.add(TaskRecord.stepTask(id, step));
    }
    if (!request.planOnly()) {
      tasks.add(
          TaskRecord.queued(
              id,
              TaskId.PREPARE_INSTANCE,
              TaskType.PREPARE_INSTANCE,
              "instance",
              Optional.of(plan.finalState()),
              Optional.empty(),
              false));
    }
    order.preparation().notes().forEach(note -> journal.log(TaskId.PLAN, "engine: " + note));
    journal.planned(plan.finalState().hex() + (request.planOnly() ? "-plan" : ""), tasks);
    if (plan.isCached()) {
      return;
    }
    for (PlannedStep step : plan.steps()) {
      step.warnings().forEach(w -> journal.log(TaskId.execute(step.number()), "warning: " + w));
    }
  }

  private PrepareResult result(
      BuildOrder order,
      Plan plan,
      Optional<InstanceRecord> instance,
      int stepsRun,
      String backend,
      Map<String, Double> timeline) {
    return new PrepareResult(
        Optional.empty(),
        Optional.empty(),
        instance.map(i -> i.id().hex()),
        instance.flatMap(_ -> request.name()),
        plan.finalState().hex(),
        request.kind().wireName(),
        order.argsNormalized(),
        plan.isCached() && stepsRun == 0,
        plan.steps().size(),
        stepsRun,
        order.home().version(),
        backend,
        plan.steps().stream().flatMap(s -> s.warnings().stream()).toList(),
        miss(),
        timeline);
  }

  private static TaidonException cancelled() {
    return TaidonException.of(ErrorCode.CANCELLED, "The job was cancelled.")
        .remedy("Run the command again; finished steps are cached.");
  }

  /** Blocking calls tell of an interrupt in several ways. */
  private static boolean wasInterrupted(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || cause instanceof InterruptedIOException
          || cause instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  private TaidonException defect(Throwable failure) {
    LOG.log(Level.ERROR, "job " + id + " failed by a defect", failure);
    return TaidonException.of(
        ErrorCode.INTERNAL_ERROR,
        "The engine failed in job " + id + "; the server's log says where.",
        failure);
  }

  /** Turns what the builder tells into tasks and log lines. */
  private final class TaskListener implements BuildListener {
    @Override
    public void stepStarted(int step) {
      journal.taskStarted(TaskId.execute(step));
    }

    @Override
    public void stepOutput(int step, String line) {
      journal.log(TaskId.execute(step), line);
    }

    @Override
    public void stepFinished(int step) {
      journal.taskSucceeded(TaskId.execute(step));
    }

    @Override
    public void stepFoundCached(int step) {
      journal.taskFoundCached(TaskId.execute(step));
    }

    @Override
    public void stepAwaited(int step) {
      journal.log(TaskId.execute(step), "engine: waiting for another job that builds this step");
    }

    @Override
    public void stateDamaged(StateId damaged, String damage) {
      journal.log(
          TaskId.PLAN,
          "engine: state " + damaged.shortHex() + " was damaged and is built again: " + damage);
    }

    @Override
    public void baseStarted() {
      journal.log(TaskId.PLAN, "engine: initialising a PostgreSQL cluster, once for this version");
    }
  }
}
