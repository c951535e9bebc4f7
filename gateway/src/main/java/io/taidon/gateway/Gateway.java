package io.taidon.gateway;

import io.taidon.gateway.directory.InstanceDirectory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One TCP endpoint for every instance of a directory. Thread-safe; none of its threads is the
 * caller's, and none keeps the process alive.
 */
public final class Gateway implements AutoCloseable {
  private Gateway() {}

  /**
   * Opens the endpoint; clients are served when this returns.
   *
   * @throws io.taidon.core.error.TaidonException {@code PORT_IN_USE} if the address cannot be had
   */
  public static Gateway start(GatewaySettings settings, InstanceDirectory directory) {
    return new Gateway();
  }

  /** Where clients connect. */
  public int port() {
    return 0;
  }

  /** Who is connected now. */
  public Census census() {
    return new Census(0, Map.of());
  }

  /**
   * Takes no more clients, ends each session when it has no query and no transaction under way, and
   * the rest at the deadline. Completes when no session is left. Repeating it may only shorten the
   * deadline.
   */
  public CompletionStage<Void> drain(Duration deadline) {
    return CompletableFuture.completedFuture(null);
  }

  /** Ends every session now, and all threads. Idempotent; waits until it is done. */
  @Override
  public void close() {}
}
