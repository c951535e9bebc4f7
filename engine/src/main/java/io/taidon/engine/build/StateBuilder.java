package io.taidon.engine.build;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.explain.Ingredients;
import io.taidon.core.explain.StateOrigin;
import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.state.StateId;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.BootId;
import io.taidon.engine.store.EngineDescription;
import io.taidon.engine.store.StateKind;
import io.taidon.engine.store.StateLocks.StateLock;
import io.taidon.engine.store.StateRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Builds the states that a plan lacks, one step after the other, each under the lock of the state
 * it makes: whoever wants the same state waits for the lock and then finds the state. One lock is
 * held at a time, so no two builds can wait for each other.
 *
 * <p>Thread-safe; each job builds in its own directory.
 */
public final class StateBuilder {
  private final EngineContext engine;
  private final StateVault vault;
  private final SpaceKeeper space;
  private final Runnable sealed;

  /**
   * @param space asked before anything is built
   * @param sealed told after each new state, so that it reaches the disk in time
   */
  public StateBuilder(EngineContext engine, StateVault vault, SpaceKeeper space, Runnable sealed) {
    this.engine = engine;
    this.vault = vault;
    this.space = space;
    this.sealed = sealed;
  }

  /**
   * Makes sure that the final state of {@code order} is there. States of finished steps stay
   * whatever happens later.
   *
   * @return how many steps ran here
   * @throws InterruptedException when the job was cancelled; nothing half-made is left
   */
  public int build(BuildOrder order, BuildListener listener) throws InterruptedException {
    Plan first = plan(order, listener);
    if (first.isCached()) {
      return 0;
    }
    try (Progress progress = new Progress(order, listener, first.reusedSteps())) {
      while (progress.next()) {}
      return progress.stepsRun;
    }
  }

  /** A plan without the states that are found damaged by now. */
  private Plan plan(BuildOrder order, BuildListener listener) throws InterruptedException {
    Plan plan = order.plan(vault);
    while (vault.discardDamaged(listener::stateDamaged)) {
      plan = order.plan(vault);
    }
    return plan;
  }

  /** Initialises state 0, once per PostgreSQL. */
  private void ensureBase(BuildOrder order, BuildListener listener) throws InterruptedException {
    StateId base = order.base();
    if (vault.contains(base)) {
      return;
    }
    try (StateLock lock = engine.locks().acquire(base)) {
      if (vault.contains(base)) {
        return;
      }
      space.beforeSteps();
      listener.baseStarted();
      Instant began = engine.clock().instant();
      SnapshotBackend backend = engine.backends().preferred();
      Path directory = engine.layout().build(engine.session().id(), order.job());
      Path data = directory.resolve("base");
      BuildArea.createDirectory(engine, order.job());
      try {
        backend.create(data);
        FaultPoint.CLUSTER_DIRECTORY_MADE.reached();
        engine.template().initdb(order.home(), data);
        FaultPoint.CLUSTER_INITIALISED.reached();
        NewState state =
            new NewState(
                record(
                    order,
                    base,
                    Optional.empty(),
                    StateKind.BASE,
                    backend.kind().wireName(),
                    "initdb",
                    began),
                Optional.of(StateOrigin.base(base, Ingredients.of(order.identity()))));
        try (SpaceKeeper.Room room = space.makeRoom(base, base, backend, data, false)) {
          vault.seal(data, state, false);
          room.taken();
        }
        sealed.run();
      } finally {
        Uninterrupted.run(() -> {
          backend.delete(data);
          backend.delete(directory);
        });
      }
    }
  }

  private StateRecord record(
      BuildOrder order,
      StateId id,
      Optional<StateId> parent,
      StateKind kind,
      String backend,
      String label,
      Instant began) {
    Instant now = engine.clock().instant();
    PostgresHome home = order.home();
    return new StateRecord(
        id,
        parent,
        kind,
        new EngineDescription(home.version(), "{\"binaries\":\"" + home.binaries().hex() + "\"}"),
        backend,
        label,
        order.argsNormalized(),
        now,
        0,
        "",
        Duration.between(began, now).toMillis(),
        now,
        0,
        false,
        BootId.current());
  }

  /** One build under way. */
  private final class Progress implements AutoCloseable {
    private final BuildOrder order;
    private final BuildListener listener;
    private Optional<BuildArea> area = Optional.empty();
    private Optional<Application> application = Optional.empty();
    private List<StepOrigin> origins = List.of();
    private int settled;
    private int stepsRun;
    private int statesGone;

    /**
     * @param settled steps that the listener knows to be cached
     */
    Progress(BuildOrder order, BuildListener listener, int settled) {
      this.order = order;
      this.listener = listener;
      this.settled = settled;
    }

    /** Looks at what is cached now and builds the next state to keep; false when there is none. */
    boolean next() throws InterruptedException {
      Plan plan = StateBuilder.this.plan(order, listener);
      while (settled < plan.reusedSteps()) {
        listener.stepFoundCached(++settled);
      }
      if (plan.isCached()) {
        return false;
      }
      int last = order.nextKept(plan.reusedSteps(), plan.steps().size());
      PlannedStep kept = plan.steps().get(last - 1);
      try (StateLock lock =
          engine.locks().acquire(kept.output(), _ -> listener.stepAwaited(last))) {
        if (!vault.contains(kept.output())) {
          buildHeld(plan, last);
        }
      } catch (TaidonException e) {
        boolean isGone = e.code() == ErrorCode.STATE_DAMAGED || StateVault.isVanished(e);
        if (!isGone || ++statesGone > plan.steps().size() + 1) {
          throw e;
        }
        // Planned again without the state: it was evicted, or discardDamaged deletes it.
        closeArea();
      }
      return true;
    }

    /** While room is made for it, the build's own start must not go. */
    private void buildHeld(Plan plan, int last) throws InterruptedException {
      try (StateUses.Use start = vault.hold(plan.startingState())) {
        build(plan, plan.reusedSteps() + 1, last);
      } catch (TaidonException failure) {
        // Before the work area goes and gives back what it took: the disk looks less full then.
        throw space.explain(engine.health().explain(failure));
      }
    }

    private void build(Plan plan, int first, int last) throws InterruptedException {
      space.beforeSteps();
      Instant began = engine.clock().instant();
      listener.stepStarted(first);
      BuildArea place = areaAt(plan.startingState());
      place.apply(application(), first, last, new RangeListener(last));
      boolean isFinal = last == plan.steps().size();
      boolean live = !isFinal && place.canSealLive() && order.preparation().takesStatesLive();
      if (live) {
        place.settleLive();
      } else {
        application().disconnect();
        place.settleStopped();
      }
      NewState state = made(place, plan, first, last, began);
      try (SpaceKeeper.Room room =
          space.makeRoom(
              state.record().id(), plan.startingState(), place.backend(), place.data(), !isFinal)) {
        place.seal(state, !isFinal);
        room.taken();
      }
      sealed.run();
      stepsRun += last - first + 1;
      settled = last;
      listener.stepFinished(last);
    }

    private NewState made(BuildArea place, Plan plan, int first, int last, Instant began) {
      PlannedStep kept = plan.steps().get(last - 1);
      StateId parent = plan.startingState();
      return new NewState(
          record(place, kept, parent, began),
          Optional.of(
              StateOrigin.after(parent, origins().subList(first - 1, last), kept.output())));
    }

    /** What all steps are made of; computed when the first state is kept. */
    private List<StepOrigin> origins() {
      if (origins.isEmpty()) {
        origins = order.preparation().origins(engine.registry().origins().key());
      }
      return origins;
    }

    private StateRecord record(BuildArea place, PlannedStep kept, StateId parent, Instant began) {
      return StateBuilder.this.record(
          order,
          kept.output(),
          Optional.of(parent),
          StateKind.of(kept.kind()),
          place.backendName(),
          kept.label(),
          began);
    }

    /**
     * The work area, if it holds the wanted state; else a new one, because somebody else was ahead
     * of us.
     */
    private BuildArea areaAt(StateId input) throws InterruptedException {
      if (area.isPresent() && area.get().holds().equals(input)) {
        return area.get();
      }
      application.ifPresent(Application::disconnect);
      closeArea();
      if (input.equals(order.base())) {
        ensureBase(order, listener);
      }
      vault.touch(List.of(input));
      BuildArea fresh = new BuildArea(engine, vault, order, input);
      area = Optional.of(fresh);
      return fresh;
    }

    private Application application() throws InterruptedException {
      if (application.isEmpty()) {
        application = Optional.of(order.preparation().open());
      }
      return application.get();
    }

    private void closeArea() {
      area.ifPresent(BuildArea::close);
      area = Optional.empty();
    }

    @Override
    public void close() {
      application.ifPresent(a -> Uninterrupted.run(a::close));
      closeArea();
    }

    /**
     * Steps before the last one of a range are finished when they ran, the last one when its state
     * is kept.
     */
    private final class RangeListener implements Application.StepListener {
      private final int last;

      RangeListener(int last) {
        this.last = last;
      }

      @Override
      public void output(int step, String line) {
        listener.stepOutput(step, line);
      }

      @Override
      public void ran(int step) {
        if (step < last) {
          listener.stepFinished(step);
          listener.stepStarted(step + 1);
        }
      }
    }
  }
}
