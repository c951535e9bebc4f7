package io.taidon.engine.snapshot.zfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Runs {@code zfs} without a shell, with nothing in its environment but the locale its words are
 * matched in, with bounded output and a deadline. An interrupt does not cut a command short, since
 * it takes milliseconds and its effect would be unknown; the thread stays interrupted.
 */
final class ZfsCommand {
  /** Destroying a dataset of some hundred GB at once takes this long on an old ZFS. */
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  /** About 100 000 datasets. */
  private static final int MOST_BYTES = 32 * 1024 * 1024;

  private static final String SYSTEM_PATH = "/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin";

  /** There where ZFS is in the kernel. */
  private static final Path KERNEL_DEVICE = Path.of("/dev/zfs");

  /** zfs-fuse deadlocks when datasets are unmounted and promoted at the same time. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private ZfsCommand() {}

  /** The program, where there is one. */
  static Optional<Path> program() {
    String path = SYSTEM_PATH + ":" + Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(":"))
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, "zfs"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs {@code zfs} with these arguments and returns what it printed.
   *
   * @throws ZfsException when it fails, does not end in time, or there is no such program
   */
  static String run(String... arguments) throws ZfsException {
    if (Files.exists(KERNEL_DEVICE)) {
      return runNow(arguments);
    }
    ONE_AT_A_TIME.lock();
    try {
      return runNow(arguments);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private static String runNow(String... arguments) throws ZfsException {
    String name = "zfs " + arguments[0];
    Process process = start(name, arguments);
    FutureTask<String> output = reading(process.getInputStream());
    FutureTask<String> errors = reading(process.getErrorStream());
    if (!awaitUninterruptibly(process)) {
      process.destroyForcibly();
      throw new ZfsException(name, "no answer in " + DEADLINE.toSeconds() + " seconds");
    }
    String said = get(errors, name);
    if (process.exitValue() != 0) {
      throw new ZfsException(name, said);
    }
    return get(output, name);
  }

  private static Process start(String name, String... arguments) throws ZfsException {
    List<String> words = new ArrayList<>();
    words.add(
        program()
            .orElseThrow(() -> new ZfsException(name, "there is no zfs command on this machine"))
            .toString());
    words.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("PATH", SYSTEM_PATH);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ZfsException(name, String.valueOf(e.getMessage()));
    }
  }

  private static FutureTask<String> reading(InputStream stream) {
    FutureTask<String> task = new FutureTask<>(() -> read(stream));
    Thread.ofVirtual().name("zfs-output").start(task);
    return task;
  }

  private static String read(InputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(MOST_BYTES);
    if (stream.read() >= 0) {
      throw new IOException("more than " + MOST_BYTES + " bytes of output");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean awaitUninterruptibly(Process process) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String get(FutureTask<String> reading, String name) throws ZfsException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return reading.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new ZfsException(name, String.valueOf(e.getMessage()));
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
