package io.taidon.gateway.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Where other programs are on this machine. */
public final class Programs {
  private static final Path SERVERS = Path.of("/usr/lib/postgresql");

  private Programs() {}

  /**
   * A program of the newest PostgreSQL of the distribution. Not by its wrapper in PATH, which takes
   * longer than some of what is measured.
   */
  public static Optional<Path> postgres(String name) {
    try (Stream<Path> versions =
        Files.isDirectory(SERVERS) ? Files.list(SERVERS) : Stream.empty()) {
      return versions
          .map(version -> version.resolve("bin").resolve(name))
          .filter(Files::isExecutable)
          .max(Comparator.naturalOrder())
          .or(() -> inPath(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Optional<Path> inPath(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/sbin"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
