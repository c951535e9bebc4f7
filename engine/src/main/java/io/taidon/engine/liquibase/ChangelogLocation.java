package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes every choice that a command line leaves open: the defaults file, the search path, and the
 * changelog where none is given. Paths in the result do not depend on where the workspace lies.
 */
final class ChangelogLocation {
  private static final String RESOURCES = "src/main/resources";
  private static final List<String> EXTENSIONS = List.of("yaml", "yml", "xml", "json", "sql");

  /** A place to look: a directory of the search path, and the changelog in it without extension. */
  private record Usual(String layout, String directory, String stem) {}

  /** In order; the first file that is there is taken. */
  private static final List<Usual> USUAL =
      List.of(
          new Usual("Spring Boot", RESOURCES, "db/changelog/db.changelog-master"),
          new Usual("Quarkus", RESOURCES, "db/changeLog"),
          new Usual("JHipster", RESOURCES, "config/liquibase/master"),
          new Usual("Maven", RESOURCES, "liquibase/master"),
          new Usual("Maven", RESOURCES, "liquibase/changelog"),
          new Usual("Maven", RESOURCES, "db/changelog/changelog-master"),
          new Usual("Maven", RESOURCES, "db/changelog-master"),
          new Usual("Maven", RESOURCES, "changelog"),
          new Usual("Maven", "src/main/liquibase", "master"),
          new Usual("Maven", "src/main/liquibase", "changelog"),
          new Usual("a changelog directory", "", "db/changelog/db.changelog-master"),
          new Usual("a changelog directory", "", "changelog/changelog"),
          new Usual("the working directory", "", "db.changelog-master"),
          new Usual("the working directory", "", "changelog-master"),
          new Usual("the working directory", "", "dbchangelog"),
          new Usual("the working directory", "", "changelog"));

  private final LiquibaseArguments arguments;
  private final Workspace workspace;
  private final WorkspaceLook look;
  private final List<String> notes = new ArrayList<>();
  private final DefaultsFile defaults;

  /**
   * A request with every choice made.
   *
   * @param notes the choices that the user did not make, one sentence each
   */
  record Chosen(ChangelogRequest request, List<String> notes) {}

  private ChangelogLocation(LiquibaseArguments arguments, Workspace workspace) {
    this.arguments = arguments;
    this.workspace = workspace;
    this.look = new WorkspaceLook(workspace.root());
    this.defaults = defaults();
  }

  static Chosen choose(LiquibaseArguments arguments, Workspace workspace, String postgresVersion) {
    return new ChangelogLocation(arguments, workspace).choose(postgresVersion);
  }

  private Chosen choose(String postgresVersion) {
    TreeMap<String, String> parameters = new TreeMap<>(defaults.parameters());
    parameters.putAll(arguments.parameters());
    List<String> given =
        arguments.searchPath().isEmpty() ? defaults.searchPath() : arguments.searchPath();
    List<String> searchPath = new ArrayList<>();
    for (String directory : given) {
      searchPath.add(directory(directory));
    }
    Optional<String> file = arguments.changelogFile().or(defaults::changelogFile);
    String changelog = file.isPresent() ? explicit(file.get(), searchPath) : usual(searchPath);
    return new Chosen(
        new ChangelogRequest(
            changelog,
            searchPath,
            postgresVersion,
            arguments.command(),
            arguments.contexts().or(defaults::contexts).orElse("").strip(),
            arguments.labels().or(defaults::labels).orElse("").strip(),
            parameters,
            arguments.extensions().stream().map(this::jar).toList()),
        List.copyOf(notes));
  }

  private DefaultsFile defaults() {
    Optional<String> given = arguments.defaultsFile();
    String name = given.orElse("liquibase.properties");
    Optional<Path> file = look.file(fromWorkDir(name));
    if (file.isEmpty()) {
      if (given.isPresent()) {
        throw notFound("--defaults-file", name);
      }
      return DefaultsFile.empty();
    }
    DefaultsFile read = DefaultsFile.read(file.get(), name);
    if (given.isEmpty()) {
      notes.add("Options are taken from " + name + ".");
    }
    if (!read.ignored().isEmpty()) {
      notes.add(name + ": " + String.join(", ", read.ignored()) + " ignored.");
    }
    return read;
  }

  /** A path as the user writes it, made relative to the workspace. */
  private String fromWorkDir(String path) {
    return look.path(look.place(workspace.workDir().resolve(path).toString()));
  }

  private String directory(String written) {
    String path = fromWorkDir(written);
    if (look.directory(path).isEmpty()) {
      throw TaidonException.of(
              ErrorCode.FILE_NOT_FOUND,
              "--search-path: " + written + " is not a directory in the workspace.")
          .with("path", written)
          .remedy("Name directories, separated by commas; a jar is given with --extension-jar.");
    }
    return path;
  }

  private String jar(String written) {
    String path = fromWorkDir(written);
    if (look.file(path).isEmpty()) {
      throw notFound("--extension-jar", written);
    }
    return path;
  }

  /** A given changelog: relative to the search path, or else to the working directory. */
  private String explicit(String written, List<String> searchPath) {
    if (searchPath.isEmpty()) {
      searchPath.add(fromWorkDir("."));
    }
    String name = written.replaceFirst("^classpath\\*?:/*", "");
    for (String directory : searchPath) {
      if (!name.startsWith("/") && look.file(WorkspaceLook.below(directory, name)).isPresent()) {
        return name;
      }
    }
    Path place = look.place(fromWorkDir(name));
    if (look.file(look.path(place)).isPresent()) {
      for (String directory : searchPath) {
        Path above = look.place(directory);
        if (place.startsWith(above)) {
          return above.relativize(place).toString();
        }
      }
      throw TaidonException.of(
              ErrorCode.FILE_NOT_FOUND,
              "--changelog-file: " + written + " is not below a directory of the search path.")
          .with("path", written)
          .remedy("Add its directory to --search-path.");
    }
    throw notFound("--changelog-file", written);
  }

  private String usual(List<String> searchPath) {
    for (Usual place : USUAL) {
      String directory = fromWorkDir(place.directory().isEmpty() ? "." : place.directory());
      for (String extension : EXTENSIONS) {
        String changelog = place.stem() + "." + extension;
        if (look.file(WorkspaceLook.below(directory, changelog)).isPresent()) {
          if (searchPath.isEmpty()) {
            searchPath.add(directory);
          }
          notes.add(
              "The changelog is "
                  + (place.directory().isEmpty() ? "" : place.directory() + "/")
                  + changelog
                  + ", found as in "
                  + place.layout()
                  + ".");
          return explicitOf(WorkspaceLook.below(directory, changelog), searchPath)
              .orElse(changelog);
        }
      }
    }
    throw TaidonException.of(
            ErrorCode.INVALID_ARGUMENT,
            "No changelog is given, and none is in the usual places below "
                + workspace.workDir()
                + ".")
        .remedy("Give one: --changelog-file db/changelog.xml.");
  }

  private Optional<String> explicitOf(String path, List<String> searchPath) {
    Path place = look.place(path);
    return searchPath.stream()
        .map(look::place)
        .filter(place::startsWith)
        .map(above -> above.relativize(place).toString())
        .findFirst();
  }

  private TaidonException notFound(String option, String written) {
    return TaidonException.of(
            ErrorCode.FILE_NOT_FOUND,
            option + ": " + written + " does not exist (looked from " + workspace.workDir() + ").")
        .with("argument", option)
        .with("path", written);
  }
}
