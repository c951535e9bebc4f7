package io.taidon.server.life;

import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Where all who want the server to stop say so; the first one counts. Thread-safe. */
@Singleton
public final class StopRequests {
  private final BlockingQueue<StopRequest> first = new ArrayBlockingQueue<>(1);

  /**
   * A wish to stop.
   *
   * @param reason for the log
   */
  public record StopRequest(boolean keepInstances, String reason) {}

  public void ask(StopRequest request) {
    // A second request changes nothing: the server is on its way out.
    first.offer(request);
  }

  /** Waits for a request. */
  public StopRequest take() throws InterruptedException {
    return first.take();
  }
}
