package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds PostgreSQL's client programs on this machine: where the configuration says, then in {@code
 * PATH}, then where Debian, the PostgreSQL packages and Homebrew put them, newest first.
 *
 * <p>Thread-safe.
 *
 * @param configured the path that is configured for each program, if any
 * @param searchPath directories to look in, in order
 * @param packageRoots directories with one directory per PostgreSQL version
 */
public record ClientTools(
    Configured configured, List<Path> searchPath, List<PackageRoot> packageRoots) {

  /** A client program. */
  public enum Tool {
    PSQL,
    PGBENCH;

    /** The name of the program, and of its section in the configuration. */
    public String program() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Paths from the configuration. */
  public record Configured(Optional<Path> psql, Optional<Path> pgbench) {
    /** Nothing configured. */
    public static final Configured NONE = new Configured(Optional.empty(), Optional.empty());

    Optional<Path> of(Tool tool) {
      return switch (tool) {
        case PSQL -> psql;
        case PGBENCH -> pgbench;
      };
    }
  }

  /**
   * @param directory holds one directory per version
   * @param prefix what their names begin with, before the version
   */
  public record PackageRoot(Path directory, String prefix) {}

  public ClientTools {
    searchPath = List.copyOf(searchPath);
    packageRoots = List.copyOf(packageRoots);
  }

  /** Looks on this machine, in this process's {@code PATH}. */
  public static ClientTools ofThisMachine(Configured configured) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    List<Path> directories =
        Stream.of(path.split(File.pathSeparator)).filter(p -> !p.isEmpty()).map(Path::of).toList();
    List<PackageRoot> roots =
        List.of(
            new PackageRoot(Path.of("/usr/lib/postgresql"), ""),
            new PackageRoot(Path.of("/usr"), "pgsql-"),
            new PackageRoot(Path.of("/opt/homebrew/opt"), "postgresql@"),
            new PackageRoot(Path.of("/usr/local/opt"), "postgresql@"),
            new PackageRoot(Path.of("/opt/homebrew/opt"), "libpq"),
            new PackageRoot(Path.of("/usr/local/opt"), "libpq"));
    return new ClientTools(configured, directories, roots);
  }

  /**
   * The program's path.
   *
   * @throws TaidonException CLIENT_TOOL_NOT_FOUND
   */
  public Path find(Tool tool) {
    Optional<Path> wanted = configured.of(tool);
    if (wanted.isPresent()) {
      return wanted
          .filter(ClientTools::isProgram)
          .orElseThrow(
              () -> notFound(tool, wanted.get() + " (" + tool.program() + ".path) is no program."));
    }
    Optional<Path> inPath =
        searchPath.stream()
            .map(directory -> directory.resolve(tool.program()))
            .filter(ClientTools::isProgram)
            .findFirst();
    // Debian's wrapper only looks for the newest version, and takes longer for it than psql runs.
    return inPath
        .filter(path -> !isDebianWrapper(path))
        .or(() -> packaged(tool))
        .or(() -> inPath)
        .orElseThrow(() -> notFound(tool, "There is no " + tool.program() + " on this machine."));
  }

  private Optional<Path> packaged(Tool tool) {
    return packageRoots.stream()
        .flatMap(root -> versions(root).stream())
        .map(directory -> directory.resolve("bin").resolve(tool.program()))
        .filter(ClientTools::isProgram)
        .findFirst();
  }

  private static List<Path> versions(PackageRoot root) {
    if (!Files.isDirectory(root.directory())) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root.directory())) {
      return new ArrayList<>(
          entries
              .filter(entry -> version(entry, root.prefix()) >= 0)
              .sorted(
                  Comparator.comparingDouble((Path entry) -> version(entry, root.prefix()))
                      .reversed())
              .toList());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The version in a directory's name; 0 where the name has none, negative where it is another. */
  private static double version(Path directory, String prefix) {
    String name = directory.getFileName().toString();
    if (!name.startsWith(prefix)) {
      return -1;
    }
    String version = name.substring(prefix.length());
    if (version.isEmpty()) {
      return 0;
    }
    return version.matches("[0-9]{1,4}(\\.[0-9]{1,4})?") ? Double.parseDouble(version) : -1;
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }

  private static boolean isDebianWrapper(Path path) {
    try {
      return path.toRealPath().endsWith("pg_wrapper");
    } catch (IOException e) {
      return false;
    }
  }

  private static TaidonException notFound(Tool tool, String sentence) {
    String debian = tool == Tool.PSQL ? "postgresql-client" : "postgresql-contrib";
    return TaidonException.of(ErrorCode.CLIENT_TOOL_NOT_FOUND, sentence)
        .with("tool", tool.program())
        .remedy(
            "Install it (Debian and Ubuntu: apt-get install "
                + debian
                + "; macOS: brew install libpq), or set "
                + tool.program()
                + ".path in the configuration.");
  }
}
