package io.taidon.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * The events of one job from a number on, those to come included. Not thread-safe; closing it does
 * not touch the job.
 */
public interface EventStream extends AutoCloseable {

  /**
   * The next event, waiting for it at most {@code patience}.
   *
   * @return empty when nothing came in time or the job is over; {@link #isOver()} tells which
   */
  Optional<JobEvent> next(Duration patience) throws InterruptedException;

  /** Whether the job has ended and all its events were given. */
  boolean isOver();

  @Override
  void close();
}
