package io.taidon.gateway.bench;

import io.taidon.gateway.clients.Programs;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A COPY of 100 MB from the server to a client that throws it away. */
final class CopyOut {
  private static final double MEGABYTES = 100;
  private static final double NANOS = 1e9;

  private CopyOut() {}

  /** Makes the table: 100,000 rows which, with their line feeds, are 1000 bytes each. */
  static void initialize(Contender direct, Path directory) {
    psql(
        direct,
        directory,
        "CREATE TABLE wide AS SELECT repeat('x', 999) AS text FROM generate_series(1, 100000)");
  }

  static Turn run(Contender contender, Path directory) {
    double before = contender.cpuMicros();
    long begin = System.nanoTime();
    psql(contender, directory, "COPY wide TO STDOUT");
    double seconds = (System.nanoTime() - begin) / NANOS;
    return new Turn(
        MEGABYTES / seconds,
        seconds * 1e6,
        seconds * 1e6,
        (contender.cpuMicros() - before) / MEGABYTES);
  }

  private static void psql(Contender contender, Path directory, String sql) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
                  List.of(
                      Programs.postgres("psql").orElseThrow().toString(), "-X", "-q", "-c", sql))
              .directory(directory.toFile())
              .redirectOutput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(contender.environment());
      if (builder.start().waitFor() != 0) {
        throw new IllegalStateException(contender.name() + ": psql failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
