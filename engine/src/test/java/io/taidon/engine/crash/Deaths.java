package io.taidon.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs scenarios in a process that is killed when each stands at its point. */
final class Deaths implements AutoCloseable {
  private final Path directory;
  private final int threads;
  private final List<Long> sessions = new ArrayList<>();

  /**
   * @param directory for what the processes write beside their stores
   * @param threads scenarios that go on at the same time
   */
  Deaths(Path directory, int threads) {
    this.directory = directory;
    this.threads = threads;
  }

  /**
   * Lets all scenarios come to their points, then kills their process (SIGKILL).
   *
   * @return for each {@code reached}, or why not
   */
  List<String> die(List<Scenario> scenarios) throws IOException, InterruptedException {
    Process process = start(DyingEngines.class);
    List<String> outcomes = new ArrayList<>();
    try (BufferedReader out = process.inputReader();
        Writer in = process.outputWriter()) {
      for (Scenario scenario : scenarios) {
        in.write(scenario.line() + "\n");
      }
      in.write("\n");
      in.flush();
      for (String line = out.readLine();
          line != null && !line.equals("standing");
          line = out.readLine()) {
        outcomes.add(line);
      }
      kill(process);
    } finally {
      kill(process);
    }
    assertThat(outcomes).as("outcomes of %s", scenarios).hasSameSizeAs(scenarios);
    return outcomes;
  }

  /**
   * Starts a class of the tests in a session of its own (setsid(1)), so that whatever it starts can
   * be found after its death.
   */
  Process start(Class<?> main) throws IOException {
    Process process =
        new ProcessBuilder(
                "setsid",
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Djava.io.tmpdir=" + directory,
                "-D" + DyingEngines.THREADS + "=" + threads,
                "-D" + DyingEngines.SETS + "=" + System.getProperty(DyingEngines.SETS),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName())
            .redirectError(directory.resolve("log").toFile())
            .start();
    sessions.add(process.pid());
    return process;
  }

  /** SIGKILL, and no wait for anything but the kernel. */
  static void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** What the dead left running, by /proc/pid/stat. */
  List<String> survivors() {
    return Processes.all()
        .filter(p -> sessions.contains(p.session()))
        .map(p -> p.command())
        .toList();
  }

  /** What the processes wrote to standard error. */
  String log() throws IOException {
    Path log = directory.resolve("log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** The directories of sockets that are too deep in the store to have them there. */
  List<Path> socketDirectories() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(p -> p.getFileName().toString().startsWith("taidon-")).toList();
    }
  }

  @Override
  public void close() throws IOException {
    Trees.delete(directory);
  }
}
