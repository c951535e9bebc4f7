package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.FileHasher;
import io.taidon.core.state.StateIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks at files of a workspace, the same way when a changelog is read and when a manifest is
 * checked. Nothing outside the workspace is looked at, also not through symbolic links.
 *
 * <p>Thread-safe.
 */
public final class WorkspaceLook {
  private static final int BUFFER_BYTES = 1 << 16;

  /** More files than this in one directory tree are taken for a mistake. */
  private static final int MAX_LISTED = 20_000;

  private static final int MAX_DEPTH = 64;

  /** strerror(3) of ENOTDIR and ENAMETOOLONG: nothing can be there. */
  private static final Set<String> NO_SUCH_NAME = Set.of("Not a directory", "File name too long");

  private final Path root;

  /**
   * @param root the workspace, a real path
   */
  public WorkspaceLook(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  /**
   * The place of a file.
   *
   * @param path relative to the workspace
   * @throws TaidonException PATH_OUTSIDE_WORKSPACE
   */
  public Path place(String path) {
    try {
      Path place = root.resolve(path).normalize();
      if (place.startsWith(root)) {
        return place;
      }
    } catch (InvalidPathException e) {
      throw TaidonException.of(
          ErrorCode.FILE_NOT_FOUND, "\"" + path + "\" is not a file name: " + e.getReason() + ".");
    }
    throw outside(path);
  }

  /** A path below a directory, both relative to the workspace, which the empty one stands for. */
  public static String below(String directory, String path) {
    return directory.isEmpty() ? path : directory + "/" + path;
  }

  /** The path of a place, relative to the workspace, with slashes. */
  public String path(Path place) {
    return root.relativize(place).toString();
  }

  /**
   * A regular file's real path; empty if nothing, or a directory, is there.
   *
   * @throws TaidonException PATH_OUTSIDE_WORKSPACE, FILE_UNREADABLE
   */
  public Optional<Path> file(String path) {
    return real(path)
        .filter(real -> {
          if (Files.isDirectory(real)) {
            return false;
          }
          if (!Files.isRegularFile(real)) {
            throw unreadable(path, "it is not a regular file");
          }
          return true;
        });
  }

  /** A directory's real path; empty if none is there. */
  public Optional<Path> directory(String path) {
    return real(path).filter(Files::isDirectory);
  }

  private Optional<Path> real(String path) {
    Path place = place(path);
    try {
      Path real = place.toRealPath();
      if (!real.startsWith(root)) {
        throw outside(path);
      }
      return Optional.of(real);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (e instanceof java.nio.file.FileSystemException f
          && NO_SUCH_NAME.contains(String.valueOf(f.getReason()))) {
        return Optional.empty();
      }
      throw unreadable(path, String.valueOf(e.getMessage()));
    }
  }

  /** The digest of what there is, as in {@link Manifest.Input#digest}. */
  public String digest(String path, Manifest.Look look) {
    return switch (look) {
      case FILE -> file(path).map(real -> hash(path, real)).orElse("");
      case LISTING, TREE ->
          directory(path)
              .map(real ->
                  StateIdentity.digest(String.join("\n", list(path, look == Manifest.Look.TREE)))
                      .hex())
              .orElse("");
    };
  }

  /** The regular files of a directory, relative to the workspace, sorted. */
  public List<String> list(String path, boolean recursive) {
    Path directory = place(path);
    List<String> files = new ArrayList<>();
    try (Stream<Path> walk =
        Files.walk(directory, recursive ? MAX_DEPTH : 1, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        if (Files.isRegularFile(file)) {
          files.add(path(file));
          if (files.size() > MAX_LISTED) {
            throw TaidonException.of(
                ErrorCode.SCRIPT_TOO_LARGE,
                "The directory " + path + " holds more than " + MAX_LISTED + " files.");
          }
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw unreadable(path, String.valueOf(e.getMessage()));
    }
    files.sort(null);
    return files;
  }

  private static String hash(String path, Path real) {
    FileHasher hasher = new FileHasher();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(real)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hasher.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw unreadable(path, String.valueOf(e.getMessage()));
    }
    return hasher.finish().hex();
  }

  private TaidonException outside(String path) {
    return TaidonException.of(
            ErrorCode.PATH_OUTSIDE_WORKSPACE, path + " is outside the workspace " + root + ".")
        .with("file", path)
        .remedy("Give a workspace that holds it: --workspace DIR.");
  }

  private static TaidonException unreadable(String path, String why) {
    return TaidonException.of(ErrorCode.FILE_UNREADABLE, "Cannot read " + path + ": " + why + ".")
        .with("file", path);
  }
}
