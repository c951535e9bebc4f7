package io.taidon.server.stream;

import io.vertx.ext.web.RoutingContext;

/**
 * Interrupts the thread that made it when the client is gone before the answer is complete, until
 * it is closed.
 */
final class ClientWatch implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private boolean closed;
  private boolean gone;

  private ClientWatch() {}

  static ClientWatch over(RoutingContext exchange) {
    ClientWatch watch = new ClientWatch();
    exchange.addEndHandler(end -> watch.onEnd(exchange));
    if (exchange.response().closed()) {
      watch.onEnd(exchange);
    }
    return watch;
  }

  private synchronized void onEnd(RoutingContext exchange) {
    if (!closed && !exchange.response().ended()) {
      gone = true;
      thread.interrupt();
    }
  }

  /** Whether nobody reads the answer any more. */
  synchronized boolean isGone() {
    return gone;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
