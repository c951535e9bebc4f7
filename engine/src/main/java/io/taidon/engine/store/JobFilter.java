package io.taidon.engine.store;

import io.taidon.engine.JobStatus;
import java.util.Optional;

/** Which jobs to list; what is empty does not restrict. */
public record JobFilter(
    Optional<IdPrefix> id,
    Optional<JobStatus> status,
    Optional<SessionId> session,
    Optional<String> signature) {
  public static final JobFilter ALL =
      new JobFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public static JobFilter ofSession(SessionId session) {
    return new JobFilter(
        Optional.empty(), Optional.empty(), Optional.of(session), Optional.empty());
  }
}
