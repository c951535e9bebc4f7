package io.taidon.engine.crash;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.BackendProbe;
import io.taidon.engine.snapshot.SnapshotBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Directories of tests. */
final class Trees {
  private Trees() {}

  static SnapshotBackend backend(BackendKind kind) {
    return BackendProbe.backend(kind).orElseThrow();
  }

  /** Deletes a tree of anything, subvolumes too. */
  static void delete(Path directory) throws IOException {
    backend(BackendKind.COPY).delete(directory);
  }

  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }
}
