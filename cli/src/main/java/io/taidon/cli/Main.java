package io.taidon.cli;

import io.taidon.cli.command.CommandRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The process {@code sqlrs}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Path cwd = Path.of(System.getProperty("user.dir"));
    int exitCode =
        run(List.of(args), Streams.ofProcess(), System.getenv(), cwd, Interrupts.ofProcess());
    // Ends also when a thread still reads the keyboard.
    System.exit(exitCode);
  }

  /** Runs one command line, without touching the process; returns the exit code. */
  public static int run(
      List<String> args,
      Streams streams,
      Map<String, String> environment,
      Path cwd,
      Interrupts interrupts) {
    try {
      return new CommandRunner(streams, environment, cwd, interrupts).run(args);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERRUPTED;
    }
  }
}
