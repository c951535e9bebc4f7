package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;

/** Turns a thread's interruption, which is how a job is cancelled, into a failure. */
final class Interruption {
  private Interruption() {}

  /** Keeps the thread's interrupt flag set. */
  static TaidonException cancelled(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return TaidonException.of(
        ErrorCode.CANCELLED,
        "The work was cancelled while PostgreSQL was being waited for.",
        cause);
  }
}
