package io.taidon.engine.bench;

import io.taidon.core.plan.StepKind;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobView;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.StateView;
import io.taidon.engine.StatusView;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.local.EngineSettings;
import io.taidon.engine.local.LocalEngine;
import io.taidon.engine.postgres.BinarySets;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresSelection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;

/** A real engine on a store of its own, used as a host uses it. Thread-safe. */
final class EngineUnderTest implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path store;
  private final LocalEngine engine;

  private EngineUnderTest(Path store, LocalEngine engine) {
    this.store = store;
    this.engine = engine;
  }

  static EngineUnderTest open(Path store, String backend) {
    LocalEngine engine =
        LocalEngine.open(
            new EngineSettings(
                store,
                List.of(Path.of(System.getProperty("taidon.postgres.sets", "target/postgres"))),
                Optional.of(backend),
                WorkerCommand.ofThisProcess(),
                Optional.ofNullable(System.getenv("SQLRS_PSQL")).map(Path::of)));
    return new EngineUnderTest(store, engine);
  }

  /** From the request to the job's end, as its followers see it. */
  PrepareResult prepare(Path workspace, List<String> psqlArgs) throws InterruptedException {
    return follow(request(StepKind.PSQL, workspace, psqlArgs, 1, false, Optional.empty()));
  }

  /** Likewise for a changelog, with a state for each so many changesets. */
  PrepareResult prepareChangelog(GeneratedChangelog changelog, int checkpointEvery)
      throws InterruptedException {
    return follow(
        request(
            StepKind.LIQUIBASE,
            changelog.workspace(),
            changelog.arguments(),
            checkpointEvery,
            false,
            Optional.empty()));
  }

  /** Plans a changelog without an instance. */
  void planChangelog(GeneratedChangelog changelog) throws InterruptedException {
    var unused =
        follow(
            request(
                StepKind.LIQUIBASE,
                changelog.workspace(),
                changelog.arguments(),
                1,
                true,
                Optional.empty()));
  }

  /**
   * Likewise for scripts that may fail.
   *
   * @param postgresHome an installation to use instead of the shipped one
   */
  Attempt attempt(Path workspace, List<String> psqlArgs, Optional<Path> postgresHome)
      throws InterruptedException {
    JobView job =
        engine.submit(request(StepKind.PSQL, workspace, psqlArgs, 1, false, postgresHome));
    return result(job)
        .<Attempt>map(Attempt.Made::new)
        .orElseGet(() ->
            new Attempt.Failed(
                engine.job(job.jobId()).error().map(ErrorView::message).orElse("no reason")));
  }

  /** How a prepare ended. */
  sealed interface Attempt {
    record Made(PrepareResult result) implements Attempt {}

    record Failed(String why) implements Attempt {}
  }

  private PrepareResult follow(PrepareRequest request) throws InterruptedException {
    JobView job = engine.submit(request);
    return result(job)
        .orElseThrow(
            () -> new IllegalStateException("prepare failed: " + engine.job(job.jobId()).error()));
  }

  private Optional<PrepareResult> result(JobView job) throws InterruptedException {
    Optional<PrepareResult> result = Optional.empty();
    try (EventStream events = engine.events(job.jobId(), 1)) {
      while (!events.isOver()) {
        Optional<JobEvent> event = events.next(PATIENCE);
        if (event.flatMap(JobEvent::result).isPresent()) {
          result = event.flatMap(JobEvent::result);
        }
      }
    }
    return result;
  }

  /** Waits until new states are measured and on disk, which is not what is to be measured. */
  void awaitUpkeep() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> engine.states(ListFilter.ALL).stream().allMatch(s -> s.sizeBytes() > 0));
  }

  /** All states, when each is measured. */
  List<StateView> measuredStates() {
    return Awaitility.await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofMinutes(10))
        .until(
            () -> engine.states(ListFilter.ALL),
            states -> states.stream().allMatch(state -> state.ownBytes().isPresent()));
  }

  void delete(PrepareResult made) {
    var unused = engine.deleteInstance(made.instanceId().orElseThrow(), true, false);
  }

  /** Deletes every state but the freshly initialised one. */
  void forgetBuiltStates() {
    List<StateView> states = engine.states(ListFilter.ALL);
    for (StateView base : states) {
      states.stream()
          .filter(state -> state.parentStateId().equals(Optional.of(base.stateId())))
          .filter(_ -> base.kind().equals("base"))
          .forEach(first -> {
            var unused = engine.deleteState(first.stateId(), true, true, false);
          });
    }
  }

  Path stateDirectory(PrepareResult made) {
    return store.resolve("states").resolve(made.stateId());
  }

  Path postgresHome() {
    return Path.of(engine.status().postgres().orElseThrow().home());
  }

  /** The installation that the engine uses. */
  PostgresHome postgres() {
    StatusView.Postgres used = engine.status().postgres().orElseThrow();
    return new BinarySets(store.resolve("bench-sets"), List.of())
        .find(PostgresSelection.ofHome(Path.of(used.home())));
  }

  String psql() {
    return engine.status().psql().orElseThrow();
  }

  @Override
  public void close() {
    engine.shutdown(false);
  }

  private static PrepareRequest request(
      StepKind kind,
      Path workspace,
      List<String> arguments,
      int checkpointEvery,
      boolean planOnly,
      Optional<Path> postgresHome) {
    return new PrepareRequest(
        kind,
        arguments,
        workspace,
        workspace,
        Optional.empty(),
        checkpointEvery,
        planOnly,
        postgresHome,
        OptionalInt.empty(),
        false,
        OptionalInt.empty(),
        Optional.empty(),
        PrepareRequest.NamePolicy.CREATE);
  }
}
