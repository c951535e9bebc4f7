package io.taidon.runner.segment;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.Planner;
import io.taidon.core.segment.Manifest;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.segment.SegmentRequest.Invocation;
import io.taidon.core.state.FileHasher;
import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.build.ChainedPreparation;
import io.taidon.engine.build.LiquibasePreparation;
import io.taidon.engine.build.Preparation;
import io.taidon.engine.build.PsqlPreparation;
import io.taidon.engine.liquibase.LiquibaseArguments;
import io.taidon.engine.liquibase.LiquibaseSteps;
import io.taidon.engine.liquibase.LiquibaseWorkers;
import io.taidon.engine.liquibase.ManifestCache;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.BinarySets;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresSelection;
import io.taidon.engine.psql.ClientTools;
import io.taidon.engine.psql.PsqlArguments;
import io.taidon.engine.psql.PsqlRunner;
import io.taidon.engine.psql.PsqlSteps;
import io.taidon.engine.psql.Workspace;
import io.taidon.runner.PodPlaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request with all that it reads: the image's server, and the steps. Closing it ends the
 * processes that read changelogs.
 */
public final class SegmentPlan implements AutoCloseable {
  private static final Duration WORKER_IDLE_LIMIT = Duration.ofMinutes(5);

  private final PostgresHome home;
  private final OsUser osUser;
  private final Preparation preparation;
  private final LiquibaseWorkers workers;

  private SegmentPlan(
      PostgresHome home, OsUser osUser, Preparation preparation, LiquibaseWorkers workers) {
    this.home = home;
    this.osUser = osUser;
    this.preparation = preparation;
    this.workers = workers;
  }

  /**
   * Reads every file of a request once.
   *
   * @throws TaidonException as the embedded engine does for the same arguments and files
   */
  public static SegmentPlan read(SegmentRequest request, PodPlaces places)
      throws InterruptedException {
    LiquibaseWorkers workers =
        new LiquibaseWorkers(WorkerCommand.ofThisProcess(), 1, WORKER_IDLE_LIMIT);
    try {
      PostgresHome home =
          new BinarySets(places.memory(), List.of())
              .find(new PostgresSelection(Optional.of(places.postgres()), request.postgresMajor()));
      Path root = places.files();
      Workspace workspace =
          new Workspace(root, request.directory().map(root::resolve).orElse(root));
      LiquibaseSteps liquibase =
          new LiquibaseSteps(
              workers,
              new ManifestCache(places.scratch().resolve("manifests")),
              LiquibaseSteps.Limits.DEFAULT);
      List<Preparation> parts = new ArrayList<>();
      for (Invocation invocation : request.invocations()) {
        parts.add(part(invocation, workspace, home, liquibase));
      }
      return new SegmentPlan(home, OsUser.current(), new ChainedPreparation(parts), workers);
    } catch (RuntimeException e) {
      workers.close();
      throw e;
    }
  }

  private static Preparation part(
      Invocation invocation, Workspace workspace, PostgresHome home, LiquibaseSteps liquibase) {
    return switch (invocation.kind()) {
      case PSQL ->
          new PsqlPreparation(
              PsqlSteps.resolve(
                  PsqlArguments.parse(invocation.args()),
                  workspace,
                  Optional.empty(),
                  PsqlSteps.Limits.DEFAULT),
              () ->
                  new PsqlRunner(
                      ClientTools.ofThisMachine(ClientTools.Configured.NONE)
                          .find(ClientTools.Tool.PSQL)));
      case LIQUIBASE ->
          new LiquibasePreparation(
              liquibase.resolve(
                  LiquibaseArguments.parse(invocation.args()), workspace, home.version()),
              liquibase);
    };
  }

  /** The server of the image. */
  PostgresHome home() {
    return home;
  }

  /** The account that runs it. */
  OsUser osUser() {
    return osUser;
  }

  Preparation preparation() {
    return preparation;
  }

  /** State 0 of the image's server. */
  StateId base() {
    return StateIdentity.base(new ClusterTemplate(osUser).identity(home));
  }

  /** The states after each step, of which none is taken for cached. */
  Plan plan() {
    return Planner.plan(base(), preparation.steps(), _ -> false);
  }

  /** What the operator plans with. */
  public Manifest manifest(Optional<String> revision) {
    return new Manifest(home.version(), base(), revision, preparation.steps());
  }

  /** How a pod ends that printed this text. */
  public static PodResult.Planned planned(byte[] text) {
    FileHasher hasher = new FileHasher();
    hasher.update(text, 0, text.length);
    return new PodResult.Planned(text.length, hasher.finish().hex());
  }

  /**
   * Checks that the steps are those that were planned.
   *
   * @throws TaidonException INPUT_CHANGED
   */
  void requireSame(List<StateId> steps) {
    List<StateId> now = plan().steps().stream().map(step -> step.output()).toList();
    if (!now.equals(steps)) {
      throw TaidonException.of(
              ErrorCode.INPUT_CHANGED,
              "The sources, or the image, changed after the plan was made.")
          .remedy("Create the job again.");
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
