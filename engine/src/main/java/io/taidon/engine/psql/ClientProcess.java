package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a client program to its end, or to an interrupt. */
final class ClientProcess {

  /** Reads an output stream to its end. */
  interface Reader {
    void read(InputStream in) throws IOException;
  }

  private ClientProcess() {}

  /**
   * Blocks until the program has ended and its output is read.
   *
   * @param stdin a file; empty for no input
   * @return its exit code; 128 and the number of the signal where one killed it
   * @throws TaidonException CANCELLED after an interrupt, when the program and all that it started
   *     are killed; the interrupt is used up by that
   */
  static int run(
      List<String> command,
      Target target,
      Path workDir,
      Optional<Path> stdin,
      Reader stdout,
      Reader stderr) {
    Process process = start(command, target, workDir, stdin);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread out = drain(process, process.getInputStream(), stdout, failure);
    Thread err = drain(process, process.getErrorStream(), stderr, failure);
    try {
      int code = process.waitFor();
      out.join();
      err.join();
      rethrow(failure);
      return code;
    } catch (InterruptedException e) {
      kill(process);
      process.onExit().join();
      throw TaidonException.of(
          ErrorCode.CANCELLED, program(command) + " was stopped because the job was cancelled.", e);
    } finally {
      kill(process);
    }
  }

  private static Process start(
      List<String> command, Target target, Path workDir, Optional<Path> stdin) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workDir.toFile());
    builder.environment().clear();
    builder.environment().putAll(target.environment());
    builder.redirectInput(stdin.map(Path::toFile).orElse(new File("/dev/null")));
    try {
      return builder.start();
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.CLIENT_TOOL_NOT_FOUND,
              program(command) + " cannot be started: " + e.getMessage() + ".",
              e)
          .with("tool", command.getFirst());
    }
  }

  private static Thread drain(
      Process process,
      InputStream in,
      Reader reader,
      AtomicReference<@Nullable Throwable> failure) {
    return Thread.ofVirtual()
        .start(() -> {
          try (in) {
            reader.read(in);
          } catch (IOException e) {
            // The pipe of a killed process closes under the reader.
            if (process.isAlive()) {
              failure.compareAndSet(null, e);
            }
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            kill(process);
          }
        });
  }

  private static void rethrow(AtomicReference<@Nullable Throwable> failure) {
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e ->
          throw TaidonException.of(ErrorCode.INTERNAL_ERROR, "Output was lost: " + e + ".", e);
    }
  }

  private static void kill(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String program(List<String> command) {
    return String.valueOf(Path.of(command.getFirst()).getFileName());
  }
}
