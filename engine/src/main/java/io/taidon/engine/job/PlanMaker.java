package io.taidon.engine.job;

import io.taidon.engine.PrepareRequest;
import io.taidon.engine.build.BuildOrder;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.LiquibasePreparation;
import io.taidon.engine.build.Preparation;
import io.taidon.engine.build.PsqlPreparation;
import io.taidon.engine.config.ConfigKey;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.liquibase.LiquibaseArguments;
import io.taidon.engine.liquibase.LiquibaseSteps;
import io.taidon.engine.postgres.BinarySets;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresSelection;
import io.taidon.engine.psql.PsqlArguments;
import io.taidon.engine.psql.PsqlRunner;
import io.taidon.engine.psql.PsqlStep;
import io.taidon.engine.psql.PsqlSteps;
import io.taidon.engine.psql.Workspace;
import io.taidon.engine.store.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Turns a request into what there is to build: which PostgreSQL, and which steps with which
 * content. Thread-safe.
 */
public final class PlanMaker {
  private final EngineContext engine;
  private final BinarySets binaries;
  private final ConfigStore config;
  private final Supplier<PsqlRunner> psql;
  private final Supplier<LiquibaseSteps> liquibase;

  /**
   * @param psql gives the psql to run; asked only when there is something to run
   * @param liquibase gives what reads and applies changelogs
   */
  public PlanMaker(
      EngineContext engine,
      BinarySets binaries,
      ConfigStore config,
      Supplier<PsqlRunner> psql,
      Supplier<LiquibaseSteps> liquibase) {
    this.engine = engine;
    this.binaries = binaries;
    this.config = config;
    this.psql = psql;
    this.liquibase = liquibase;
  }

  /** Reads every file of the request once. */
  BuildOrder order(JobId job, PrepareRequest request) throws InterruptedException {
    return switch (request.kind()) {
      case PSQL -> psql(job, request);
      case LIQUIBASE -> liquibase(job, request);
    };
  }

  /** Arguments are read first, so that a slip of the hand is told before anything is looked for. */
  private BuildOrder psql(JobId job, PrepareRequest request) {
    PsqlArguments arguments = PsqlArguments.parse(request.args());
    PostgresHome home = binaries.find(selection(request));
    List<PsqlStep> steps =
        PsqlSteps.resolve(
            arguments,
            new Workspace(request.workspace(), request.workDir()),
            request.stdin().map(text -> spool(job, text)),
            new PsqlSteps.Limits(config.effective(ConfigKey.SCRIPT_BYTES).longValue()));
    return order(job, request, home, new PsqlPreparation(steps, psql));
  }

  private BuildOrder liquibase(JobId job, PrepareRequest request) {
    LiquibaseArguments arguments = LiquibaseArguments.parse(request.args());
    PostgresHome home = binaries.find(selection(request));
    Workspace workspace = new Workspace(request.workspace(), request.workDir());
    LiquibaseSteps steps = liquibase.get();
    return order(
        job,
        request,
        home,
        new LiquibasePreparation(steps.resolve(arguments, workspace, home.version()), steps));
  }

  private BuildOrder order(
      JobId job, PrepareRequest request, PostgresHome home, Preparation preparation) {
    return new BuildOrder(
        job,
        home,
        engine.template().identity(home),
        preparation,
        request.checkpointEvery(),
        StoredRequest.normalize(request.args()));
  }

  /** The PostgreSQL that a request gets: its own wish, else the configured one. */
  public PostgresSelection selection(PrepareRequest request) {
    if (request.postgresHome().isPresent() || request.postgresMajor().isPresent()) {
      return new PostgresSelection(request.postgresHome(), request.postgresMajor());
    }
    return configured();
  }

  /** The PostgreSQL that a request without a wish gets. */
  public PostgresSelection configured() {
    return new PostgresSelection(
        config.text(ConfigKey.DBMS_HOME).map(Path::of),
        OptionalInt.of(config.effective(ConfigKey.DBMS_VERSION).intValue()));
  }

  /** psql reads standard input from a file, which goes with the job. */
  private Path spool(JobId job, String text) {
    try {
      Path directory = Files.createDirectories(engine.layout().job(job));
      return Files.writeString(directory.resolve("stdin.sql"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
