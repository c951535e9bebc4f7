package io.taidon.engine.store;

import io.taidon.core.plan.PlannedStep;
import io.taidon.core.state.Digest;
import io.taidon.core.state.StateId;
import io.taidon.engine.JobStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * A task of a job in the registry. Times have millisecond precision.
 *
 * @param label what users call it, for example {@code -f schema.sql}
 * @param input the state it starts from
 * @param stepHash what it applies, see {@link io.taidon.core.plan.PlannedStep}
 * @param output the state that is there after it
 * @param cached whether it does not need to run
 * @param warnings what may make two runs of it differ, one sentence each
 */
public record TaskRecord(
    JobId job,
    TaskId id,
    TaskType type,
    JobStatus status,
    String label,
    Optional<StateId> input,
    Optional<Digest> stepHash,
    Optional<StateId> output,
    boolean cached,
    List<String> warnings,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<String> errorJson) {
  public TaskRecord {
    warnings = List.copyOf(warnings);
    startedAt = startedAt.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
    finishedAt = finishedAt.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
  }

  /** A task that has not begun. */
  public static TaskRecord queued(
      JobId job,
      TaskId id,
      TaskType type,
      String label,
      Optional<StateId> input,
      Optional<StateId> output,
      boolean cached) {
    return new TaskRecord(
        job,
        id,
        type,
        JobStatus.QUEUED,
        label,
        input,
        Optional.empty(),
        output,
        cached,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The planning itself, which is over when its tasks are known. */
  public static TaskRecord planTask(JobId job, Instant began, Instant ended) {
    return queued(
            job, TaskId.PLAN, TaskType.PLAN, "plan", Optional.empty(), Optional.empty(), false)
        .started(began)
        .succeeded(ended);
  }

  /** The task of one planned step; a cached one has nothing to do. */
  public static TaskRecord stepTask(JobId job, PlannedStep step) {
    return new TaskRecord(
        job,
        TaskId.execute(step.number()),
        TaskType.STATE_EXECUTE,
        step.cached() ? JobStatus.SUCCEEDED : JobStatus.QUEUED,
        step.label(),
        Optional.of(step.input()),
        Optional.of(step.hash()),
        Optional.of(step.output()),
        step.cached(),
        step.warnings(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same task, done by somebody else while we waited. */
  public TaskRecord foundCached() {
    return new TaskRecord(
        job,
        id,
        type,
        JobStatus.SUCCEEDED,
        label,
        input,
        stepHash,
        output,
        true,
        warnings,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same task, begun. */
  public TaskRecord started(Instant now) {
    return with(JobStatus.RUNNING, Optional.of(now), Optional.empty(), Optional.empty());
  }

  /** The same task, ended well. */
  public TaskRecord succeeded(Instant now) {
    return with(JobStatus.SUCCEEDED, startedAt, Optional.of(now), Optional.empty());
  }

  /** The same task, ended with an error. */
  public TaskRecord failed(Instant now, String error) {
    return with(JobStatus.FAILED, startedAt, Optional.of(now), Optional.of(error));
  }

  private TaskRecord with(
      JobStatus newStatus,
      Optional<Instant> newStart,
      Optional<Instant> newFinish,
      Optional<String> newError) {
    return new TaskRecord(
        job, id, type, newStatus, label, input, stepHash, output, cached, warnings, newStart,
        newFinish, newError);
  }
}
