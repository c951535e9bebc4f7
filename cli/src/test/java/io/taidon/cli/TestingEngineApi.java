package io.taidon.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A server that speaks the Engine API v1 and answers with what a test put in. */
public final class TestingEngineApi implements AutoCloseable {
  static final String TOKEN = "t0ken";
  static final String JOB = "0123456789abcdef0123456789abcdef";
  static final String INSTANCE = "aaaaaaaa0123456789abcdef01234567";
  static final String STATE = "c".repeat(64);
  static final String DSN = "postgresql://sqlrs:secret@127.0.0.1:5544/postgres";
  static final String RESULT =
      "{\"dsn\":\"%s\",\"instance_id\":\"%s\",\"state_id\":\"%s\",\"cached\":false,\"warnings\":[\"-f a.sql uses now()\"],\"timeline_millis\":{\"planned\":1.5,\"cloned\":9.0,\"started\":40.0,\"first_row\":44.0}}"
          .formatted(DSN, INSTANCE, STATE);

  /** What a route answers. */
  interface Answer {
    void give(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final Map<String, Answer> answers = new LinkedHashMap<>();

  /** The requests so far: method, path with query, body. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** Opened by the test to let {@link #held} streams go on. */
  final CountDownLatch release = new CountDownLatch(1);

  TestingEngineApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    json(
        "GET /v1/health",
        200,
        "{\"ok\":true,\"version\":\"0.1.0\",\"instance_id\":\"e1\",\"pid\":%d}"
            .formatted(ProcessHandle.current().pid()));
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Writes the file by which clients find this server. */
  TestingEngineApi announce(Path store) throws IOException {
    return announce(store, TOKEN);
  }

  TestingEngineApi announce(Path store, String token) throws IOException {
    Files.createDirectories(store.resolve("run"));
    Files.writeString(
        store.resolve("run/engine.json"),
        "{\"endpoint\":\"http://127.0.0.1:%d\",\"pid\":%d,\"authToken\":\"%s\",\"version\":\"0.1.0\"}"
            .formatted(port(), ProcessHandle.current().pid(), token));
    return this;
  }

  TestingEngineApi answer(String methodAndPath, Answer answer) {
    answers.put(methodAndPath, answer);
    return this;
  }

  TestingEngineApi json(String methodAndPath, int status, String body) {
    return answer(methodAndPath, exchange -> send(exchange, status, body));
  }

  /**
   * A stream of lines; {@code HOLD} waits for {@link #release}, {@code BREAK} cuts the connection.
   */
  TestingEngineApi stream(String methodAndPath, int status, String... lines) {
    return answer(
        methodAndPath,
        exchange -> {
          exchange.sendResponseHeaders(status, 0);
          OutputStream body = exchange.getResponseBody();
          for (String line : lines) {
            if (line.equals("HOLD")) {
              awaitRelease();
            } else if (line.equals("BREAK")) {
              // Leaving without the last chunk cuts the connection.
              throw new IOException("broken on purpose");
            } else {
              body.write((line + "\n").getBytes(StandardCharsets.UTF_8));
              body.flush();
            }
          }
          body.close();
        });
  }

  /** A job of one step that succeeds at once. */
  TestingEngineApi jobThatSucceeds() {
    return stream(
        "POST /v1/prepare-jobs",
        201,
        jobLine(),
        task(1, "running", ""),
        task(2, "succeeded", ",\"duration_millis\":1234"),
        result(3, RESULT),
        status(4, "succeeded"));
  }

  static String jobLine() {
    return "{\"type\":\"job\",\"job_id\":\"" + JOB + "\"}";
  }

  static String task(int seq, String status, String more) {
    return "{\"seq\":%d,\"type\":\"task\",\"task_id\":\"execute-1\",\"task\":{\"task_id\":\"execute-1\",\"type\":\"state_execute\",\"label\":\"-f a.sql\",\"status\":\"%s\",\"cached\":false%s}}"
        .formatted(seq, status, more);
  }

  static String result(int seq, String result) {
    return "{\"seq\":%d,\"type\":\"result\",\"result\":%s}".formatted(seq, result);
  }

  static String status(int seq, String status) {
    return "{\"seq\":%d,\"type\":\"status\",\"status\":\"%s\"}".formatted(seq, status);
  }

  private void awaitRelease() throws IOException {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String route = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add((route + (range == null ? "" : " [" + range + "]") + " " + body).strip());
      boolean isOpen = route.equals("GET /v1/health");
      if (!isOpen
          && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        send(exchange, 401, "{\"code\":\"unauthorized\",\"message\":\"Wrong token.\"}");
        return;
      }
      Answer answer =
          answers.getOrDefault(
              route,
              answers.get(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()));
      if (answer == null) {
        send(exchange, 404, "{\"code\":\"not_found\",\"message\":\"There is no such thing.\"}");
      } else {
        answer.give(exchange);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    release.countDown();
    server.stop(0);
  }
}
