package io.taidon.engine.build;

/**
 * Runs clean-up to its end on a thread that was interrupted; the interrupt is there again
 * afterwards.
 */
public final class Uninterrupted {
  private Uninterrupted() {}

  public static void run(Runnable cleanUp) {
    boolean interrupted = Thread.interrupted();
    try {
      cleanUp.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
