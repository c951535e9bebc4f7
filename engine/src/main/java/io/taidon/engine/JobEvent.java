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
    Optional<ErrorView> error) {}
