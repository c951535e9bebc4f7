package io.taidon.engine;

import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.JobView.TaskView;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened in a job. The events of a job are numbered from 1 without gaps, stored,
 * and can be read again.
 *
 * @param seq its number in the job
 * @param type {@code status}, {@code task}, {@code log}, {@code result} or {@code error}; the field
 *     of that name is present
 * @param taskId the task it belongs to, for {@code task} and {@code log}
 * @param message a line of output, for {@code log}, for example {@code psql: CREATE TABLE}
 */
public record JobEvent(
    long seq,
    Instant ts,
    String type,
    Optional<String> taskId,
    Optional<JobStatus> status,
    Optional<String> message,
    Optional<TaskView> task,
    Optional<PrepareResult> result,
    Optional<ErrorView> error) {

  /** The same event with its number. */
  public JobEvent numbered(long number) {
    return new JobEvent(number, ts, type, taskId, status, message, task, result, error);
  }

  /** The same event with the DSN in its result, ready to be sent. */
  public JobEvent withResult(PrepareResult sent) {
    return new JobEvent(seq, ts, type, taskId, status, message, task, Optional.of(sent), error);
  }
}
