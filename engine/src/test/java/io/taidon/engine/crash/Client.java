package io.taidon.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.plan.StepKind;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.Lifetime;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.local.EngineCalls;
import io.taidon.engine.local.LocalEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user does with an engine.
 *
 * @param home the PostgreSQL of all requests; empty for the one that comes with the product
 */
record Client(LocalEngine engine, Path workspace, Optional<Path> home) {
  static final String NAME = "db";
  static final int ROWS = 500;
  private static final String TABLE = "create table t (i int primary key, note text)";
  private static final String FILL =
      "insert into t select i, 'row ' || i from generate_series(1, " + ROWS + ") i";

  /** Two steps. */
  JobView submitBoth(Optional<String> name) {
    return submit(StepKind.PSQL, List.of("-c", TABLE, "-c", FILL), name);
  }

  /** The first of the two. */
  JobView submitFirst(Optional<String> name) {
    return submit(StepKind.PSQL, List.of("-c", TABLE), name);
  }

  JobView prepareBoth(Optional<String> name) throws InterruptedException {
    return await(submitBoth(name));
  }

  /** The two steps, and an instance with its own lifetime. */
  JobView prepareFor(Lifetime lifetime) throws InterruptedException {
    return await(
        submit(StepKind.PSQL, List.of("-c", TABLE, "-c", FILL), Optional.empty(), lifetime));
  }

  JobView prepareFirst(Optional<String> name) throws InterruptedException {
    return await(submitFirst(name));
  }

  JobView prepareChangelog() throws InterruptedException {
    return await(
        submit(
            StepKind.LIQUIBASE,
            List.of("update", "--changelog-file", "changelog.sql"),
            Optional.empty()));
  }

  /**
   * The changelog that {@link #prepareChangelog} wants in the workspace; its end holds the rows.
   */
  static String changelog() {
    return "--liquibase formatted sql\n\n--changeset ann:1\n"
        + TABLE
        + ";\n\n--changeset ann:2\n"
        + FILL
        + ";\n";
  }

  JobView submit(StepKind kind, List<String> arguments, Optional<String> name) {
    return submit(kind, arguments, name, Lifetime.STANDARD);
  }

  private JobView submit(
      StepKind kind, List<String> arguments, Optional<String> name, Lifetime lifetime) {
    return engine.submit(
        new PrepareRequest(
            kind,
            arguments,
            workspace,
            workspace,
            Optional.empty(),
            1,
            false,
            home,
            OptionalInt.empty(),
            false,
            OptionalInt.empty(),
            name,
            name.isPresent() ? PrepareRequest.NamePolicy.FRESH : PrepareRequest.NamePolicy.CREATE,
            lifetime));
  }

  /** Waits for the end of a job by its events, as clients do. */
  JobView await(JobView job) throws InterruptedException {
    return EngineCalls.end(engine, job);
  }

  static JobView requireSuccess(JobView job) {
    assertThat(job.error()).isEmpty();
    assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
    return job;
  }

  static String instance(JobView job) {
    return job.result().orElseThrow().instanceId().orElseThrow();
  }

  /** One value, through psql. */
  String query(String instance, String sql) throws InterruptedException {
    return EngineCalls.query(engine, instance, workspace, sql).strip();
  }
}
