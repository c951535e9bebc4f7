package io.taidon.engine.psql;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server from the machine's packages, on a socket of its own; as root it runs as
 * another user, because PostgreSQL refuses root.
 */
final class TestServer implements AutoCloseable {
  private static final String NOBODY = "65534";

  private final Path directory;
  private final Path binaries;

  private TestServer(Path directory, Path binaries) {
    this.directory = directory;
    this.binaries = binaries;
  }

  /** Starts one, or skips the test where it cannot. */
  static TestServer start() throws IOException, InterruptedException {
    Optional<Path> binaries = newestBinaries();
    Assumptions.assumeTrue(
        binaries.isPresent(), "no PostgreSQL server under /usr/lib/postgresql on this machine");
    Assumptions.assumeTrue(
        !isRoot() || Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "as root this needs setpriv, to run PostgreSQL as another user");
    // Not a JUnit directory: another user must get in, and a socket's path is short.
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "psql");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    TestServer server = new TestServer(directory, binaries.get());
    try {
      server.pg(
          "initdb",
          "-D",
          server.data(),
          "-U",
          "postgres",
          "-A",
          "trust",
          "--no-sync",
          "--encoding=UTF8",
          "--locale=C");
      server.pg(
          "pg_ctl",
          "-D",
          server.data(),
          "-w",
          "-l",
          directory + "/log",
          "-o",
          "-k " + directory + " -c listen_addresses= -c fsync=off",
          "start");
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static Optional<Path> newestBinaries() throws IOException {
    Path root = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(root)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(root)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder());
    }
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  Target target() {
    return new Target(directory.toString(), 5432, "postgres", "postgres");
  }

  void stopAtOnce() throws IOException, InterruptedException {
    pg("pg_ctl", "-D", data(), "-m", "immediate", "stop");
  }

  private String data() {
    return directory + "/data";
  }

  private void pg(String program, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    command.add(binaries.resolve(program).toString());
    command.addAll(List.of(args));
    File output = directory.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(program + ": " + Files.readString(output.toPath()));
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      if (Files.exists(Path.of(data(), "postmaster.pid"))) {
        stopAtOnce();
      }
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
