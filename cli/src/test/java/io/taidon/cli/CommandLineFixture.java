package io.taidon.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs command lines against a {@link TestingEngineApi}, as a shell would. */
abstract class CommandLineFixture {
  @TempDir Path directory;
  TestingEngineApi api;
  final Map<String, String> environment = new HashMap<>();
  final List<Runnable> interrupts = new CopyOnWriteArrayList<>();
  InputStream in = InputStream.nullInputStream();
  boolean isTerminal;
  int columns = 80;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void startServer() throws IOException {
    api = new TestingEngineApi().announce(store());
    environment.put("HOME", directory.toString());
  }

  @AfterEach
  void stopServer() {
    api.close();
  }

  Path store() {
    return directory.resolve("store");
  }

  int run(String... args) {
    List<String> all = new ArrayList<>(List.of("--store", store().toString()));
    all.addAll(List.of(args));
    return runBare(all.toArray(String[]::new));
  }

  int runBare(String... args) {
    out.reset();
    err.reset();
    Streams streams =
        new Streams(
            in,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            isTerminal,
            isTerminal,
            isTerminal,
            columns);
    return Main.run(
        List.of(args),
        streams,
        environment,
        directory,
        action -> {
          interrupts.add(action);
          return () -> interrupts.remove(action);
        });
  }

  void stdin(String text) {
    in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** The body of the first request to a route. */
  String body(String route) {
    return api.requests.stream()
        .filter(request -> request.startsWith(route))
        .findFirst()
        .map(request -> request.substring(route.length()).strip())
        .orElse("(no " + route + " in " + api.requests + ")");
  }
}
