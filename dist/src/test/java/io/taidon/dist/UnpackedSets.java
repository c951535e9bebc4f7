package io.taidon.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * PostgreSQL as the product unpacks it on the first use of a store. Done once for all tests and
 * copied into each new store, because unpacking takes seconds and is tested once.
 */
final class UnpackedSets {
  private static final Path BINARIES = unpack();

  private UnpackedSets() {}

  static void copyInto(Path store) throws IOException, InterruptedException {
    Process copy =
        new ProcessBuilder("cp", "-a", BINARIES.toString(), store.resolve("binaries").toString())
            .inheritIO()
            .start();
    if (copy.waitFor() != 0) {
      throw new IOException("cp failed");
    }
  }

  private static Path unpack() {
    try {
      Path directory = Files.createTempDirectory("taidon-sets");
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      Sqlrs sqlrs = Sqlrs.empty(directory);
      try (sqlrs) {
        sqlrs.run("plan:psql", "--", "-c", "select 1").succeeded();
      }
      return sqlrs.store().resolve("binaries");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try {
      new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
