package io.taidon.cli.server;

import io.taidon.cli.CliException;
import io.taidon.cli.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts the server's process, detached from the terminal. */
final class ServerProcess {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final int MOST_LOGS = 100;

  private ServerProcess() {}

  /** Starts it; it is not ready yet. */
  static Process start(ServerSettings settings) {
    Path home = home(settings);
    Path jar = jar(home);
    try {
      Path log = prepareLog(settings);
      return new ProcessBuilder(command(settings, home, jar))
          .directory(settings.store().toFile())
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectErrorStream(true)
          // Appended to, so that the server can empty it when it is too large.
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw CliException.of(
              "store_unusable", "The server cannot start in " + settings.store() + ": " + reason(e))
          .remedy("Choose a directory that you may write to with --store.");
    }
  }

  private static Path home(ServerSettings settings) {
    return settings
        .home()
        .orElseThrow(() ->
            CliException.serverUnavailable("No server is running and none is installed.")
                .remedy("Start sqlrs with the launcher of an installation, bin/sqlrs."));
  }

  private static Path jar(Path home) {
    Path jar = home.resolve("lib/server/taidon-server.jar");
    if (!Files.isRegularFile(jar)) {
      throw CliException.serverUnavailable("The server is not installed: there is no " + jar + ".")
          .remedy("Install sqlrs " + Version.CURRENT + " again.");
    }
    return jar;
  }

  private static Path prepareLog(ServerSettings settings) throws IOException {
    Files.createDirectories(settings.runDirectory());
    Path log = settings.logFile();
    keepOlder(log);
    return Files.createFile(
        log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /**
   * Gives the last log the number 1 and older ones the next; the server deletes what is too many.
   */
  private static void keepOlder(Path log) throws IOException {
    int free = 1;
    while (free < MOST_LOGS && Files.exists(numbered(log, free))) {
      free++;
    }
    for (int number = free; number > 1; number--) {
      Files.move(
          numbered(log, number - 1), numbered(log, number), StandardCopyOption.REPLACE_EXISTING);
    }
    if (Files.exists(log)) {
      Files.move(log, numbered(log, 1), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Path numbered(Path log, int number) {
    return log.resolveSibling("server.log." + number);
  }

  /** The server's program without arguments, for what is no server. */
  static List<String> program(ServerSettings settings) {
    Path home = home(settings);
    Path jar = jar(home);
    try {
      List<String> command = new ArrayList<>(java(home));
      command.add("-jar");
      command.add(jar.toString());
      return command;
    } catch (IOException e) {
      throw CliException.serverUnavailable("The installation " + home + " cannot be read.");
    }
  }

  private static List<String> java(Path home) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags(home));
    return command;
  }

  private static List<String> command(ServerSettings settings, Path home, Path jar)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.addAll(java(home));
    command.add("-Dtaidon.store=" + settings.store());
    command.add("-Dtaidon.idle-timeout=" + settings.idleTimeout());
    if (!settings.snapshotBackend().equals("auto")) {
      command.add("-Dtaidon.snapshot.backend=" + settings.snapshotBackend());
    }
    Path sets = home.resolve("lib/postgres");
    if (Files.isDirectory(sets)) {
      command.add("-Dtaidon.postgres.sets=" + sets);
    }
    command.add("-Dquarkus.http.port=0");
    command.add("-jar");
    command.add(jar.toString());
    return command;
  }

  /** One flag a line; {@code ${home}} is the installation. */
  private static List<String> flags(Path home) throws IOException {
    Path file = home.resolve("lib/server.vmoptions");
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.replace("${home}", home.toString()))
        .toList();
  }

  /**
   * Why a server that ended by itself did so: its line {@code code: message}, or its last words.
   */
  static CliException earlyExit(ServerSettings settings, int exitCode) {
    List<String> last = ServerLog.tail(settings.logFile(), 20);
    for (String line : last.reversed()) {
      Optional<CliException> said = errorLine(line);
      if (said.isPresent()) {
        return said.get();
      }
    }
    CliException failure =
        CliException.serverUnavailable(
            "The server ended while it started, with exit code " + exitCode + ".");
    return last.isEmpty()
        ? failure
        : failure
            .with("log", String.join("\n", last.subList(Math.max(0, last.size() - 5), last.size())))
            .remedy("The whole log is " + settings.logFile() + ".");
  }

  /** The failure that a line {@code code: message} tells; empty for any other line. */
  static Optional<CliException> errorLine(String line) {
    int colon = line.indexOf(": ");
    boolean isCode =
        colon > 2
            && line.chars().limit(colon).allMatch(c -> c == '_' || (c >= 'a' && c <= 'z'))
            && line.lastIndexOf('_', colon) > 0;
    return isCode
        ? Optional.of(CliException.of(line.substring(0, colon), line.substring(colon + 2)))
        : Optional.empty();
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage() + ".";
  }
}
