package io.taidon.engine.build;

import io.taidon.engine.psql.Target;

/**
 * Applies the steps of one preparation to servers, in order. Not thread-safe; an interrupt ends
 * what runs.
 */
public interface Application extends AutoCloseable {

  /**
   * Applies steps {@code first} to {@code last}, counted from 1, to a cluster to which exactly the
   * steps before were applied.
   *
   * @throws io.taidon.core.error.TaidonException when a step fails, or when a file is no longer
   *     what it was when it was hashed
   */
  void apply(int first, int last, Target target, StepListener listener) throws InterruptedException;

  /** Lets go of the server, which is about to stop. */
  void disconnect();

  @Override
  void close();

  /** Hears of steps while they run. Output may arrive on another thread than the caller's. */
  interface StepListener {
    void output(int step, String line);

    /** A step ran; the next one begins. */
    void ran(int step);
  }
}
