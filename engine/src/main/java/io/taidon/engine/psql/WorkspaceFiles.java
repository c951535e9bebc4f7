package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.Digest;
import io.taidon.core.state.FileHasher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the files that one step reads: regular files inside the workspace, whose bytes together
 * stay under a limit. Remembers them, and those that were not there. Not thread-safe.
 */
final class WorkspaceFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  /** A file that was found. */
  record Found(Path real, BasicFileAttributes attributes) {}

  private final Workspace workspace;
  private final ByteBudget budget;
  private final Map<Path, InputFile> files = new LinkedHashMap<>();
  private final List<Path> absent = new ArrayList<>();

  WorkspaceFiles(Workspace workspace, ByteBudget budget) {
    this.workspace = workspace;
    this.budget = budget;
  }

  List<InputFile> files() {
    return List.copyOf(files.values());
  }

  List<Path> absent() {
    return List.copyOf(absent);
  }

  /**
   * Finds a file.
   *
   * @param base real path of the directory that a relative name starts at
   * @param name as it was written
   * @param at where it was written
   * @return empty if nothing is there
   */
  Optional<Found> find(Path base, String name, Named at) {
    Path joined = join(base, name, at);
    Path real;
    try {
      real = joined.toRealPath();
    } catch (IOException e) {
      if (!(e instanceof NoSuchFileException)) {
        throw at.failure(ErrorCode.FILE_UNREADABLE, "cannot reach " + name + ": " + reason(e));
      }
      return Optional.empty();
    }
    requireOneMeaning(joined, real, name, at);
    if (!real.startsWith(workspace.root())) {
      throw at.failure(
              ErrorCode.PATH_OUTSIDE_WORKSPACE,
              name + " is " + real + ", which is outside the workspace " + workspace.root())
          .with("path", real.toString())
          .remedy("Give a workspace that holds it: --workspace DIR.");
    }
    return Optional.of(new Found(real, attributes(real, name, at)));
  }

  /** A name that {@link #find} did not find, in a place where that is no error. */
  void noteAbsent(Path base, String name, Named at) {
    absent.add(join(base, name, at));
  }

  static TaidonException notFound(Path base, String name, String written, Named at) {
    Path resolved = join(base, name, at).normalize();
    TaidonException failure =
        at.failure(
                ErrorCode.FILE_NOT_FOUND, written + " does not exist (looked for " + resolved + ")")
            .with("path", written)
            .with("resolved", resolved.toString());
    return written.startsWith("\"")
        ? failure.remedy("psql takes double quotes as part of a file name: use single quotes.")
        : failure;
  }

  private static Path join(Path base, String name, Named at) {
    try {
      return base.resolve(name);
    } catch (InvalidPathException e) {
      throw at.failure(ErrorCode.FILE_NOT_FOUND, "this is not a file name: " + e.getReason());
    }
  }

  /** psql before 16 follows {@code link/..} as the kernel does, psql 16 takes both away. */
  private static void requireOneMeaning(Path joined, Path real, String name, Named at) {
    Path textual = joined.normalize();
    boolean same;
    try {
      same = textual.toRealPath().equals(real);
    } catch (IOException e) {
      same = false;
    }
    if (!same) {
      throw at.failure(
              ErrorCode.INVALID_SCRIPT,
              name + " goes through a symbolic link and back, and psql versions differ in that")
          .remedy("Write the path without \"..\" after the link.");
    }
  }

  private static BasicFileAttributes attributes(Path real, String name, Named at) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(real, BasicFileAttributes.class);
    } catch (IOException e) {
      throw at.failure(ErrorCode.FILE_UNREADABLE, "cannot read " + name + ": " + reason(e));
    }
    if (!attributes.isRegularFile()) {
      throw at.failure(
          ErrorCode.FILE_UNREADABLE,
          name + (attributes.isDirectory() ? " is a directory" : " is not a regular file"));
    }
    return attributes;
  }

  /** Opens a file for one pass. */
  InputStream open(Found file, String name, Named at) {
    budget.expect(file.attributes().size());
    try {
      return Files.newInputStream(file.real());
    } catch (IOException e) {
      throw at.failure(ErrorCode.FILE_UNREADABLE, "cannot read " + name + ": " + reason(e));
    }
  }

  /** Hashes a data file and remembers it. */
  Digest data(Found file, String name, Named at) {
    FileHasher hasher = new FileHasher();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = open(file, name, at)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        budget.spend(read);
        hasher.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw at.failure(ErrorCode.FILE_UNREADABLE, "cannot read " + name + ": " + reason(e));
    }
    Digest digest = hasher.finish();
    remember(file, InputFile.Role.DATA, digest, digest);
    return digest;
  }

  void remember(Found file, InputFile.Role role, Digest digest, Digest own) {
    files.putIfAbsent(file.real(), InputFile.of(file.real(), file.attributes(), role, digest, own));
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      case java.nio.file.FileSystemLoopException loop -> "too many symbolic links";
      case java.nio.file.FileSystemException f when f.getReason() != null -> f.getReason();
      case IOException other -> String.valueOf(other.getMessage());
    };
  }

  /** Where a file is named: a line of a script, or the command line. */
  interface Named {
    TaidonException failure(ErrorCode code, String what);
  }

  /** A file named on the command line. */
  static Named onCommandLine(String option) {
    return (code, what) ->
        TaidonException.of(code, option + ": " + what + ".").with("argument", option);
  }
}
