package io.taidon.cli.config;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory that a user's scripts may not leave: the nearest ancestor with {@code .sqlrs/}, or
 * the current directory.
 *
 * @param isInitialised whether there is a {@code .sqlrs/}
 */
public record Workspace(Path directory, boolean isInitialised) {
  public static final String MARKER = ".sqlrs";

  public static Workspace around(Path directory) {
    for (Path here = directory; here != null; here = here.getParent()) {
      if (Files.isDirectory(here.resolve(MARKER))) {
        return new Workspace(here, true);
      }
    }
    return new Workspace(directory, false);
  }

  /** The workspace that the user named. */
  public static Workspace at(Path directory) {
    return new Workspace(directory, Files.isDirectory(directory.resolve(MARKER)));
  }

  public Path configFile() {
    return directory.resolve(MARKER).resolve("config.yaml");
  }
}
