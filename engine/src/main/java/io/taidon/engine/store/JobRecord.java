package io.taidon.engine.store;

import io.taidon.engine.JobStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A job in the registry. Times have millisecond precision.
 *
 * @param kind the kind of prepare, for example {@code psql}
 * @param requestJson the request as it was accepted
 * @param signature what makes two requests the same; known after planning
 * @param session the engine process that runs it
 */
public record JobRecord(
    JobId id,
    JobStatus status,
    String kind,
    String requestJson,
    Optional<String> signature,
    boolean planOnly,
    SessionId session,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<String> resultJson,
    Optional<String> errorJson) {
  public JobRecord {
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    startedAt = startedAt.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
    finishedAt = finishedAt.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
  }

  /** A job that was just accepted. */
  public static JobRecord queued(
      JobId id, String kind, String requestJson, boolean planOnly, SessionId session, Instant now) {
    return new JobRecord(
        id,
        JobStatus.QUEUED,
        kind,
        requestJson,
        Optional.empty(),
        planOnly,
        session,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same job, begun. */
  public JobRecord started(Instant now) {
    return with(
        JobStatus.RUNNING, signature, Optional.of(now), Optional.empty(), resultJson, errorJson);
  }

  /** The same job with its signature. */
  public JobRecord signed(String newSignature) {
    return with(status, Optional.of(newSignature), startedAt, finishedAt, resultJson, errorJson);
  }

  /** The same job, ended well. */
  public JobRecord succeeded(Instant now, String result) {
    return with(
        JobStatus.SUCCEEDED,
        signature,
        startedAt,
        Optional.of(now),
        Optional.of(result),
        Optional.empty());
  }

  /** The same job, ended with an error. */
  public JobRecord failed(Instant now, String error) {
    return with(
        JobStatus.FAILED,
        signature,
        startedAt,
        Optional.of(now),
        Optional.empty(),
        Optional.of(error));
  }

  private JobRecord with(
      JobStatus newStatus,
      Optional<String> newSignature,
      Optional<Instant> newStart,
      Optional<Instant> newFinish,
      Optional<String> newResult,
      Optional<String> newError) {
    return new JobRecord(
        id,
        newStatus,
        kind,
        requestJson,
        newSignature,
        planOnly,
        session,
        createdAt,
        newStart,
        newFinish,
        newResult,
        newError);
  }
}
