package io.taidon.runner.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings sources to where steps find them. */
public final class Sources {
  private Sources() {}

  /**
   * Where sources come from and go to.
   *
   * @param mounted a ConfigMap or volume
   * @param credentials files of the Secret; the directory is absent without one
   * @param files where they go, an empty directory
   * @param scratch for temporary files
   */
  public record Places(Path mounted, Path credentials, Path files, Path scratch) {}

  /**
   * Brings them.
   *
   * @param notes gets a sentence for each thing that was left out
   * @return the commit or checksum they were resolved to
   * @throws io.taidon.core.error.TaidonException SOURCE_UNAVAILABLE, SCRIPT_TOO_LARGE
   */
  public static Optional<String> bring(SourceOrder order, Places places, Consumer<String> notes)
      throws IOException, InterruptedException {
    Landing landing = new Landing(places.files(), Landing.Limits.DEFAULT);
    return switch (order) {
      case SourceOrder.None() -> Optional.empty();
      case SourceOrder.Directory() -> {
        MountedSource.directory(places.mounted(), landing, notes);
        yield Optional.empty();
      }
      case SourceOrder.ConfigMap() -> {
        MountedSource.configMap(places.mounted(), landing);
        yield Optional.empty();
      }
      case SourceOrder.Git git ->
          Optional.of(
              new GitSource(git, GitCredentials.read(places.credentials()), places.scratch())
                  .bring(landing, notes));
      case SourceOrder.Archive archive -> {
        new ArchiveSource(archive, places.scratch()).bring(landing);
        yield Optional.of(archive.sha256());
      }
    };
  }
}
