package io.taidon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerStartTest {
  @TempDir Path directory;

  /** Output of one command line. */
  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    Path server = Files.createDirectories(directory.resolve("home dir/lib/server"));
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, TestingServerMain.class.getName());
    attributes.put(
        Attributes.Name.CLASS_PATH,
        TestingServerMain.class.getProtectionDomain().getCodeSource().getLocation().toString());
    try (OutputStream file = Files.newOutputStream(server.resolve("taidon-server.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest)) {
      jar.finish();
    }
    Files.writeString(
        directory.resolve("home dir/lib/server.vmoptions"), "# flags\n-XX:+UseSerialGC\n");
    System.setProperty("sqlrs.home", directory.resolve("home dir").toString());
  }

  @AfterEach
  void stop() throws IOException {
    System.clearProperty("sqlrs.home");
    Files.createDirectories(store());
    Files.writeString(store().resolve("stop"), "");
  }

  @Test
  void twoAtOnceStartOneServerAndBothAreServed() throws IOException {
    CompletableFuture<Result> other = CompletableFuture.supplyAsync(() -> run("ls"));
    Result mine = run("-v", "ls");
    assertThat(mine.exitCode()).as(mine.err()).isZero();
    assertThat(other.join().exitCode()).as(other.join().err()).isZero();
    assertThat(store().resolve("starts")).hasContent("x");
    assertThat(run("server", "status").out()).contains("status: running");

    assertThat(run("server", "stop").out()).isEqualTo("server stopped\n");
    assertThat(run("server", "stop").out()).isEqualTo("server was not running\n");
    assertThat(run("status").out()).contains("status: not running");
    assertThat(store().resolve("starts")).hasContent("x");
  }

  @Test
  void ignoresTheFileOfADeadServer() throws IOException {
    Files.createDirectories(store().resolve("run"));
    Files.writeString(
        store().resolve("run/engine.json"),
        "{\"endpoint\":\"http://127.0.0.1:1\",\"pid\":999999999,\"authToken\":\"x\",\"version\":\"0.1.0\"}");
    assertThat(run("ls").exitCode()).isZero();
  }

  @Test
  void replacesAServerWhosePortIsSomebodyElsesNow() throws IOException {
    try (TestingEngineApi stranger = new TestingEngineApi()) {
      stranger.json("GET /v1/health", 200, "{\"ok\":true,\"pid\":1}");
      stranger.announce(store(), "not the token");
      assertThat(run("ls").exitCode()).isZero();
      assertThat(store().resolve("starts")).hasContent("x");
    }
  }

  @Test
  void showsWhyTheServerEnded() throws IOException {
    Files.createDirectories(store());
    Files.writeString(store().resolve("fail"), "");
    Result result = run("ls");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("error[store_unusable]: The store is on fire.\n");
    assertThat(run("server", "logs").out()).contains("Hello from the log");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Files.delete(directory.resolve("home dir/lib/server/taidon-server.jar"));
    assertThat(run("ls").err())
        .startsWith("error[server_unavailable]: The server is not installed");
    System.clearProperty("sqlrs.home");
    assertThat(run("ls").err()).contains("none is installed");
  }

  private Path store() {
    return directory.resolve("my store");
  }

  private Result run(String... args) {
    List<String> all = new java.util.ArrayList<>(List.of("--store", store().toString()));
    all.addAll(List.of(args));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            false,
            80);
    int exitCode = Main.run(all, streams, Map.of(), directory, action -> () -> {});
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
