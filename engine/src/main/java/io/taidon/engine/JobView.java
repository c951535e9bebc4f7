package io.taidon.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A prepare job as it is now: bounded work with an end, whoever watches. */
public record JobView(
    String jobId,
    JobStatus status,
    String prepareKind,
    String prepareArgsNormalized,
    boolean planOnly,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    List<TaskView> tasks,
    Optional<PrepareResult> result,
    Optional<ErrorView> error) {

  /**
   * One step of a job.
   *
   * @param taskId {@code plan}, {@code execute-<n>} or {@code prepare-instance}
   * @param type {@code plan}, {@code state_execute} or {@code prepare_instance}
   * @param label what users call it, for example {@code -f schema.sql}
   * @param inputStateId the state it starts from
   * @param outputStateId the state it makes
   * @param cached whether it need not run
   * @param durationMillis how long it ran, in milliseconds
   */
  public record TaskView(
      String jobId,
      String taskId,
      String type,
      JobStatus status,
      String label,
      Optional<String> inputStateId,
      Optional<String> stepHash,
      Optional<String> outputStateId,
      boolean cached,
      Optional<Long> durationMillis,
      List<String> warnings) {}

  /**
   * What a job gave.
   *
   * @param dsn how to connect, with the password: through the gateway where there is one; absent
   *     for plans, and never stored
   * @param directDsn the same to the instance's own port
   * @param cached whether no step had to run
   * @param miss why the first step that had to run was not cached; absent on a hit
   * @param timelineMillis {@code planned}, {@code cloned}, {@code started}, {@code first_row}:
   *     milliseconds since the job began
   */
  public record PrepareResult(
      Optional<String> dsn,
      Optional<String> directDsn,
      Optional<String> instanceId,
      Optional<String> name,
      String stateId,
      String prepareKind,
      String prepareArgsNormalized,
      boolean cached,
      int stepsTotal,
      int stepsRun,
      String postgresVersion,
      String backend,
      List<String> warnings,
      Optional<MissView> miss,
      Map<String, Double> timelineMillis) {

    /** The same result, ready to be stored. */
    public PrepareResult withoutDsn() {
      return with(Optional.empty(), Optional.empty());
    }

    /** The same result, ready to be sent. */
    public PrepareResult with(Optional<String> newDsn, Optional<String> newDirectDsn) {
      return new PrepareResult(
          newDsn,
          newDirectDsn,
          instanceId,
          name,
          stateId,
          prepareKind,
          prepareArgsNormalized,
          cached,
          stepsTotal,
          stepsRun,
          postgresVersion,
          backend,
          warnings,
          miss,
          timelineMillis);
    }
  }

  /**
   * Why a job had to build.
   *
   * @param step the number of the first step that had to run, from 1
   * @param reasonCode why it was not cached, in one word
   * @param sentence why, in one sentence
   */
  public record MissView(int step, String label, String reasonCode, String sentence) {}

  /** A failure as clients see it. */
  public record ErrorView(
      String code, String message, Map<String, String> details, Optional<String> remedy) {}
}
