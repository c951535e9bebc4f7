package io.taidon.engine.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The plain files of dead engines that no row leads to: small, and many in the end. For an engine
 * that is alone on the store and has not begun to work; it could not tell dead from busy. Not
 * thread-safe.
 */
public record Leftovers(StoreLayout layout, Registry registry) {

  /** Deletes the files of jobs that nobody knows, and contents that never became sidecar files. */
  public void clear() {
    temporariesIn(layout.states());
    for (Path instance : list(layout.instances())) {
      if (Files.isDirectory(instance)) {
        temporariesIn(instance);
      }
    }
    JobRetention retention = new JobRetention(layout, registry);
    for (Path entry : list(layout.jobs())) {
      if (!isJob(entry.getFileName().toString())) {
        retention.deleteFiles(entry);
      }
    }
  }

  private boolean isJob(String name) {
    return RandomHex.matches(name) && registry.jobs().find(new JobId(name)).isPresent();
  }

  private static void temporariesIn(Path directory) {
    for (Path entry : list(directory)) {
      if (Sidecar.isTemporary(entry)) {
        delete(entry);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StoreFailure.of(file, "delete what a dead engine left", e);
    }
  }

  private static List<Path> list(Path directory) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (IOException e) {
      throw StoreFailure.of(directory, "list", e);
    }
    return entries;
  }
}
