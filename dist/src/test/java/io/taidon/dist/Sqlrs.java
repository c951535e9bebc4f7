package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The unpacked product, driven as users drive it: {@code bin/sqlrs} as a process, a store and a
 * workspace of its own. Closing it stops the server and asserts that no process is left that has to
 * do with the store.
 */
final class Sqlrs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TIMEOUT_SECONDS = 120;

  private final Path home;
  private final Path store;
  private final Path workspace;
  private final Map<String, String> environment = new HashMap<>();

  private Sqlrs(Path home, Path store, Path workspace) {
    this.home = home;
    this.store = store;
    this.workspace = workspace;
  }

  /**
   * A new store, with PostgreSQL unpacked in it, and an empty workspace below {@code directory}.
   */
  static Sqlrs in(Path directory) throws IOException {
    Sqlrs sqlrs = empty(directory);
    try {
      UnpackedSets.copyInto(sqlrs.store);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return sqlrs;
  }

  /** A new, empty store and an empty workspace below {@code directory}. */
  static Sqlrs empty(Path directory) throws IOException {
    // PostgreSQL runs as another user when we are root, and must be able to walk to its data.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    Path store = Files.createDirectories(directory.resolve("store"));
    Path workspace = Files.createDirectories(directory.resolve("work space"));
    return new Sqlrs(home(), store, workspace);
  }

  static Path home() {
    return Path.of(System.getProperty("taidon.home")).toAbsolutePath();
  }

  /** The same product and workspace on another store. */
  Sqlrs withStore(Path otherStore) {
    Sqlrs other = new Sqlrs(home, otherStore, workspace);
    other.environment.putAll(environment);
    return other;
  }

  Sqlrs with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Path store() {
    return store;
  }

  Path workspace() {
    return workspace;
  }

  /** Writes a file of the workspace. */
  Path write(String name, String content) throws IOException {
    Path file = workspace.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** What a finished command said. */
  record Result(int exitCode, String stdout, String stderr) {
    Result succeeded() {
      assertThat(exitCode).as("exit code; stderr: %s", stderr).isZero();
      return this;
    }

    Result failedWith(int code, String... said) {
      assertThat(exitCode).as("exit code; stdout: %s stderr: %s", stdout, stderr).isEqualTo(code);
      assertThat(stderr).isNotBlank().doesNotContain("Exception", "\tat ");
      for (String words : said) {
        assertThat(stderr).contains(words);
      }
      return this;
    }

    JsonNode json() {
      try {
        return JSON.readTree(stdout);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + stdout, e);
      }
    }

    /** The URL behind {@code DSN=}. */
    String dsn() {
      assertThat(stdout).startsWith("DSN=postgresql://");
      return stdout.strip().substring("DSN=".length());
    }
  }

  Result run(String... args) {
    return await(start(args));
  }

  /** Runs {@code prepare:psql} with these psql arguments and gives the JSON result. */
  JsonNode prepare(String... psqlArgs) {
    List<String> args = new ArrayList<>(List.of("--output", "json", "prepare:psql", "--"));
    args.addAll(Arrays.asList(psqlArgs));
    return run(args.toArray(String[]::new)).succeeded().json();
  }

  /** A query in the instance, as one value. */
  String query(String instance, String database, String sql) {
    return run("run:psql", "--instance", instance, "--", "-X", "-At", "-d", database, "-c", sql)
        .succeeded()
        .stdout()
        .strip();
  }

  Process start(String... args) {
    return startIn(workspace, args);
  }

  Process startIn(Path directory, String... args) {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/sqlrs").toString()));
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("SQLRS_STATE_STORE", store.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Result await(Process process) {
    CompletableFuture<String> out =
        CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("no end after " + TIMEOUT_SECONDS + " s; stderr: " + err.join());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError("interrupted", e);
    }
    return new Result(process.exitValue(), out.join(), err.join());
  }

  private static String text(java.io.InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server's process id, from what it published. */
  long serverPid() throws IOException {
    return JSON.readTree(Files.readString(store.resolve("run/engine.json"))).get("pid").asLong();
  }

  /**
   * Command lines of all processes, but for this test, that name the store or work in store or
   * workspace.
   */
  List<String> processesOfStore() {
    return processes(p -> commandLine(p).contains(store.toString()) || isOurs(workingDirectory(p)));
  }

  /** Command lines of all processes that name this directory or work in it. */
  List<String> processesIn(Path place) {
    return processes(p ->
        commandLine(p).contains(place.toString())
            || workingDirectory(p).startsWith(place.toString()));
  }

  private static List<String> processes(Predicate<Path> wanted) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(p -> p.getFileName().toString().matches("[0-9]+"))
          .filter(
              p -> !p.getFileName().toString().equals(Long.toString(ProcessHandle.current().pid())))
          .filter(wanted)
          .map(p -> p.getFileName() + " " + commandLine(p).replace('\0', ' '))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isOurs(String workingDirectory) {
    return workingDirectory.startsWith(store.toString())
        || workingDirectory.startsWith(workspace.toString());
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  private static String workingDirectory(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Paths below the store that only unfinished work has. */
  List<Path> leftovers() throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        store,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.getFileName().toString().startsWith(".tmp-") || isWorkOfAJob(directory)) {
              found.add(directory);
              return FileVisitResult.SKIP_SUBTREE;
            }
            return Files.exists(directory.resolve("PG_VERSION"))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private boolean isWorkOfAJob(Path directory) {
    Path session = directory.getParent();
    return session != null && store.resolve("builds").equals(session.getParent());
  }

  /** Whether psql runs a script of this name now. */
  boolean psqlRuns(String script) {
    return processesOfStore().stream()
        .anyMatch(p -> p.matches("\\d+ \\S*/psql .*" + Pattern.quote(script) + ".*"));
  }

  @Override
  public void close() throws IOException {
    run("server", "stop", "--force");
    assertThat(processesOfStore()).as("processes that the product left behind").isEmpty();
  }
}
