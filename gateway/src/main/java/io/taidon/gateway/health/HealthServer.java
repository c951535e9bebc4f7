package io.taidon.gateway.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Answers {@code /healthz} (the process lives), {@code /readyz} (clients should be sent here) and
 * {@code /metrics} (Prometheus), and nothing else. Knows no secret, and is meant for networks that
 * only probes and scrapers reach.
 */
public final class HealthServer implements AutoCloseable {
  /** More than all probes and scrapers of a cluster ask at once. */
  private static final int MOST_AT_ONCE = 16;

  private static final String TEXT = "text/plain; charset=utf-8";

  /** The text format of Prometheus, version 0.0.4. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE);

  static {
    // The JDK reads these once, when its server is first used: a client that is slow or silent
    // must not hold a connection for long.
    System.setProperty("sun.net.httpserver.maxReqTime", "5");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
    System.setProperty("jdk.httpserver.maxConnections", "64");
  }

  private HealthServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /** What a path has to say. */
  private record Answer(int status, String type, String body) {}

  /**
   * Opens the port.
   *
   * @param metrics what a scrape gets
   * @throws TaidonException {@code PORT_IN_USE} if the address cannot be had
   */
  public static HealthServer start(
      InetSocketAddress listen, Readiness readiness, Supplier<String> metrics) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    HealthServer health = new HealthServer(bound(listen, threads), threads);
    health.answer("/healthz", () -> new Answer(200, TEXT, "ok\n"));
    health.answer(
        "/readyz",
        () ->
            readiness
                .obstacle()
                .map(why -> new Answer(503, TEXT, why + "\n"))
                .orElse(new Answer(200, TEXT, "ready\n")));
    health.answer("/metrics", () -> new Answer(200, METRICS, metrics.get()));
    health.server.start();
    return health;
  }

  private static HttpServer bound(InetSocketAddress listen, ExecutorService threads) {
    try {
      HttpServer server = HttpServer.create(listen, 0);
      server.setExecutor(threads);
      return server;
    } catch (BindException e) {
      threads.close();
      throw TaidonException.of(
              ErrorCode.PORT_IN_USE,
              "The health endpoint cannot listen on port " + listen.getPort() + ".",
              e)
          .remedy("Choose another one with health.listen.");
    } catch (IOException e) {
      threads.close();
      throw TaidonException.of(
          ErrorCode.INTERNAL_ERROR, "The health endpoint could not be opened.", e);
    }
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Ends it. Idempotent. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }

  private void answer(String path, Supplier<Answer> answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            send(exchange, chosen(exchange, path, answer));
          }
        });
  }

  private Answer chosen(HttpExchange exchange, String path, Supplier<Answer> answer) {
    if (!exchange.getRequestURI().getPath().equals(path)) {
      return new Answer(404, TEXT, "not found\n");
    }
    if (!exchange.getRequestMethod().equals("GET")) {
      return new Answer(405, TEXT, "only GET\n");
    }
    if (!room.tryAcquire()) {
      return new Answer(503, TEXT, "busy\n");
    }
    try {
      return answer.get();
    } finally {
      room.release();
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }
}
