package io.taidon.engine.liquibase;

import io.taidon.core.state.StateIdentity;
import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps manifests in a directory, so that an unchanged changelog is planned without Liquibase. A
 * manifest counts only if every look at the workspace that made it would find the same today, by
 * content. Losing the directory loses time only.
 *
 * <p>Thread-safe, also between processes: files are written aside and renamed.
 *
 * @param directory made when needed
 */
public record ManifestCache(Path directory) {
  private static final int MAX_FILES = 256;
  private static final int MAX_PER_REQUEST = 8;
  private static final int KEY_CHARS = 40;
  private static final String ASIDE = ".tmp";

  /** A manifest that holds now. */
  Optional<Manifest> find(WorkspaceLook look, ChangelogRequest request) {
    for (Path file : files(key(look, request))) {
      Optional<Manifest> manifest = read(file);
      if (manifest.isPresent() && manifest.get().holds(look)) {
        touch(file);
        return manifest;
      }
    }
    return Optional.empty();
  }

  void put(WorkspaceLook look, ChangelogRequest request, Manifest manifest) {
    String key = key(look, request);
    String name = key + "-" + digest(manifest.inputs().toString()) + ".json";
    try {
      Files.createDirectories(directory);
      Path aside = Files.createTempFile(directory, "new", ASIDE);
      Files.writeString(aside, WorkerJson.write(manifest));
      FaultPoint.MANIFEST_STAGED.reached();
      Files.move(aside, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      thin(files(key), MAX_PER_REQUEST);
      thin(files(""), MAX_FILES);
    } catch (IOException e) {
      // The next plan reads the changelog again.
    }
  }

  /** Deletes what died before it was renamed. Only while nobody else uses the directory. */
  public void clearLeftovers() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ASIDE)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // no directory, or files that take a little space
    }
  }

  /** The request and the folder, for the same request means something else in another folder. */
  private static String key(WorkspaceLook look, ChangelogRequest request) {
    return digest(LiquibaseVersion.VERSION + "\n" + look.root() + "\n" + WorkerJson.write(request));
  }

  private static String digest(String text) {
    return StateIdentity.digest(text).hex().substring(0, KEY_CHARS);
  }

  /** Newest first. */
  private List<Path> files(String prefix) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> kept =
          new ArrayList<>(
              files
                  .filter(file -> file.getFileName().toString().startsWith(prefix))
                  .filter(file -> file.toString().endsWith(".json"))
                  .toList());
      kept.sort(Comparator.comparing(ManifestCache::used).reversed());
      return kept;
    } catch (IOException e) {
      return List.of();
    }
  }

  private static FileTime used(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.from(Instant.EPOCH);
    }
  }

  private static Optional<Manifest> read(Path file) {
    try {
      return Optional.of(WorkerJson.read(Files.readString(file), Manifest.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      // somebody else removed it
    }
  }

  private static void thin(List<Path> newestFirst, int most) throws IOException {
    for (int i = most; i < newestFirst.size(); i++) {
      Files.deleteIfExists(newestFirst.get(i));
    }
  }
}
