package io.taidon.engine.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs other programs to their end. */
final class Processes {
  private Processes() {}

  /** Runs a program that must succeed. */
  static void run(List<String> command) {
    var unused = run(command, Path.of("/"), Map.of());
  }

  /**
   * Runs a program that must succeed.
   *
   * @param environment added to ours
   * @return what it wrote to its standard output
   */
  static String run(List<String> command, Path directory, Map<String, String> environment) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().putAll(environment);
      builder.redirectInput(new File("/dev/null"));
      builder.redirectError(ProcessBuilder.Redirect.appendTo(errors().toFile()));
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            command.getFirst()
                + " failed with exit code "
                + process.exitValue()
                + ": "
                + Files.readString(errors()));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** How libpq is told where to connect without the password showing among the arguments. */
  static Map<String, String> connection(String dsn) {
    URI uri = URI.create(dsn);
    String[] user = uri.getUserInfo().split(":", 2);
    return Map.of(
        "PGHOST", uri.getHost(),
        "PGPORT", Integer.toString(uri.getPort()),
        "PGUSER", user[0],
        "PGPASSWORD", user[1],
        "PGDATABASE", uri.getPath().substring(1));
  }

  private static Path errors() {
    return Path.of(System.getProperty("java.io.tmpdir"), "taidon-bench-stderr.log");
  }
}
