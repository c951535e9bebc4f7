package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The directory that scripts may read, and psql's working directory inside it. Both are real paths.
 *
 * @param root nothing outside it is read
 * @param workDir relative names start here
 */
public record Workspace(Path root, Path workDir) {

  /**
   * @throws TaidonException FILE_NOT_FOUND if one is not a directory that can be reached,
   *     PATH_OUTSIDE_WORKSPACE if {@code workDir} is not inside {@code root}
   */
  public Workspace {
    root = real(root);
    workDir = real(workDir);
    if (!workDir.startsWith(root)) {
      throw TaidonException.of(
              ErrorCode.PATH_OUTSIDE_WORKSPACE,
              "The working directory " + workDir + " is outside the workspace " + root + ".")
          .with("file", workDir.toString())
          .remedy("Give a workspace that holds it: --workspace DIR.");
    }
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.FILE_NOT_FOUND, "The directory " + directory + " does not exist.", e)
          .with("file", directory.toString());
    }
  }

  /** How messages name a file: relative to the root where it is inside. */
  public String placeName(Path file) {
    return file.startsWith(root) && !file.equals(root)
        ? root.relativize(file).toString()
        : file.toString();
  }
}
