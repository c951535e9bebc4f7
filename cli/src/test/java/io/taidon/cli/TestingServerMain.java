package io.taidon.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What stands for the server's jar in tests of its start. */
public final class TestingServerMain {
  private TestingServerMain() {}

  /** Announces itself, serves until {@code stop} appears in the store, and counts its starts. */
  public static void main(String[] args) throws Exception {
    Path store = Path.of(System.getProperty("taidon.store"));
    Files.writeString(
        store.resolve("starts"), "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (Files.exists(store.resolve("fail"))) {
      System.err.println("Hello from the log");
      System.err.println("store_unusable: The store is on fire.");
      System.exit(1);
    }
    try (TestingEngineApi api = new TestingEngineApi()) {
      api.json("GET /v1/instances", 200, "[]")
          .json("GET /v1/names", 200, "[]")
          .json("GET /v1/status", 200, "{}");
      api.answer(
          "POST /v1/shutdown",
          exchange -> {
            exchange.sendResponseHeaders(202, -1);
            Files.writeString(store.resolve("stop"), "");
          });
      api.announce(store);
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (!Files.exists(store.resolve("stop")) && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
    }
  }
}
