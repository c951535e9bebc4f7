package io.taidon.engine.store;

import java.time.Instant;

/**
 * An event of a job as it is kept.
 *
 * @param seq 1 for the first of the job, without gaps
 * @param json the whole event as one JSON object
 */
public record JobEvent(long seq, Instant at, EventType type, String json) {

  /** An event that has no number yet. */
  public record Draft(EventType type, String json) {}
}
