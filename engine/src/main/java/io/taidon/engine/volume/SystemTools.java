package io.taidon.engine.volume;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the system's tools for file systems: without a shell, from fixed directories, in English,
 * and never for ever.
 */
final class SystemTools {
  private static final List<Path> DIRECTORIES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");

  /** Formatting a large disk with discard takes a while. */
  private static final long DEADLINE_SECONDS = 180;

  private static final int MAX_OUTPUT_BYTES = 8192;

  private SystemTools() {}

  /** How a tool ended and what it said. */
  record Result(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }

  static boolean has(String tool) {
    return DIRECTORIES.stream().anyMatch(d -> Files.isExecutable(d.resolve(tool)));
  }

  static Result run(List<String> command) {
    return run(command.toArray(String[]::new));
  }

  /**
   * @throws TaidonException STORE_UNUSABLE where the tool is missing or does not end
   */
  static Result run(String... command) {
    Process process = start(command);
    try {
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(
              () -> read(process), task -> Thread.ofVirtual().start(task));
      if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw failed(command, "it did not end within " + DEADLINE_SECONDS + " s");
      }
      return new Result(process.exitValue(), output.get(5, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TaidonException.of(ErrorCode.CANCELLED, command[0] + " was interrupted.", e);
    } catch (ExecutionException | TimeoutException e) {
      throw failed(command, "its output cannot be read");
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(String... command) {
    String program =
        DIRECTORIES.stream()
            .map(d -> d.resolve(command[0]))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> failed(command, "it is not installed"))
            .toString();
    String[] resolved = command.clone();
    resolved[0] = program;
    ProcessBuilder builder =
        new ProcessBuilder(resolved)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    try {
      return builder.start();
    } catch (IOException e) {
      throw failed(command, String.valueOf(e.getMessage()));
    }
  }

  private static String read(Process process) {
    try {
      byte[] bytes = process.getInputStream().readNBytes(MAX_OUTPUT_BYTES);
      process.getInputStream().transferTo(OutputStream.nullOutputStream());
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static TaidonException failed(String[] command, String why) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE, "`" + String.join(" ", command) + "` failed: " + why + ".")
        .with("tool", command[0]);
  }
}
