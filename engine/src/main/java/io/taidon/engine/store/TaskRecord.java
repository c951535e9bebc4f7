package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A task of a job in the registry. Times have millisecond precision.
 *
 * @param label what users call it, for example {@code -f schema.sql}
 * @param input the state it starts from
 * @param output the state that is there after it
 * @param cached whether it does not need to run
 */
public record TaskRecord(
    JobId job,
    TaskId id,
    TaskType type,
    JobStatus status,
    String label,
    Optional<StateId> input,
    Optional<StateId> output,
    boolean cached,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<String> errorJson) {
  public TaskRecord {
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
        output,
        cached,
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
        job, id, type, newStatus, label, input, output, cached, newStart, newFinish, newError);
  }
}
