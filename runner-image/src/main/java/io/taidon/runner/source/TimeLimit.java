package io.taidon.runner.source;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Ends work that takes too long or grows too large, whether or not it listens. */
final class TimeLimit {
  static final Duration OF_A_SOURCE = Duration.ofMinutes(15);

  private static final long LOOK_MILLIS = 250;

  private TimeLimit() {}

  static <T> T within(Duration limit, String what, Callable<T> work)
      throws IOException, InterruptedException {
    return within(limit, what, () -> false, work);
  }

  /**
   * Runs work on a thread of its own. Work that is given up is interrupted; its thread does not
   * keep the process.
   *
   * @param what begins the sentence of a failure
   * @param tooLarge looked at now and then
   */
  static <T> T within(Duration limit, String what, BooleanSupplier tooLarge, Callable<T> work)
      throws IOException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = Thread.ofPlatform().daemon().name("fetch").start(task);
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        try {
          return task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (tooLarge.getAsBoolean()) {
            throw TaidonException.of(ErrorCode.SCRIPT_TOO_LARGE, what + " is too large.", e);
          }
          if (System.nanoTime() - deadline > 0) {
            throw TaidonException.of(
                ErrorCode.SOURCE_UNAVAILABLE,
                what + " was not there after " + limit.toSeconds() + " s.",
                e);
          }
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case TaidonException known -> throw known;
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      thread.interrupt();
    }
  }
}
