package io.taidon.gateway.directory.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Calls of the API server, off the event loops and never more than a few at once, so that many
 * clients at the door are no flood there. Thread-safe.
 */
final class ApiCalls implements AutoCloseable {
  private static final int MOST_AT_ONCE = 32;
  private static final int PATIENCE_SECONDS = 5;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("api-call-", 0).factory());
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  /** Makes a call; what goes wrong is {@code SERVER_UNAVAILABLE}. */
  <T> CompletableFuture<T> call(Callable<T> call) {
    try {
      return CompletableFuture.supplyAsync(() -> now(call), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(unavailable(e)); // the gateway ends
    }
  }

  /** Runs something that waits, and is no call. */
  void run(Runnable task) {
    if (!threads.isShutdown()) {
      threads.execute(task);
    }
  }

  private <T> T now(Callable<T> call) {
    try {
      places.acquire();
      try {
        return call.call();
      } finally {
        places.release();
      }
    } catch (KubernetesClientException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a call that throws what it does not declare", e);
    }
  }

  private static TaidonException unavailable(Exception cause) {
    return TaidonException.of(
            ErrorCode.SERVER_UNAVAILABLE,
            "The Kubernetes API did not do what the gateway asked for.",
            cause)
        .remedy("Connect again in a moment; the gateway's log says more.");
  }

  /** Waits a moment for the calls under way, then interrupts them. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
