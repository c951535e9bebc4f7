package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A worker process, seen from the server. One task at a time; {@link #kill} from any thread. It
 * ends by itself when the server does, because its input ends then.
 */
final class WorkerProcess {
  private static final int KEPT_ERROR_LINES = 20;
  private static final int MAX_ERROR_CHARS = 2000;

  private final Process process;
  private final BufferedWriter tasks;
  private final BlockingQueue<Optional<String>> replies = new LinkedBlockingQueue<>();
  private final Deque<String> errors = new ArrayDeque<>();
  private volatile boolean killed;

  private WorkerProcess(Process process) {
    this.process = process;
    this.tasks = process.outputWriter(StandardCharsets.UTF_8);
    Thread unused =
        Thread.ofVirtual().name("liquibase-worker-" + process.pid()).start(this::readReplies);
    unused = Thread.ofVirtual().name("liquibase-errors-" + process.pid()).start(this::readErrors);
  }

  static WorkerProcess start(WorkerCommand command, List<Path> extensions) {
    ProcessBuilder builder = new ProcessBuilder(command.words(extensions));
    // Changelog parameters fall back to the environment, which is another on each machine.
    builder.environment().clear();
    builder.environment().putAll(Map.of("LANG", "C.UTF-8", "LC_ALL", "C.UTF-8"));
    builder.directory(Path.of(System.getProperty("java.io.tmpdir")).toFile());
    try {
      return new WorkerProcess(builder.start());
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.INTERNAL_ERROR, "The Liquibase worker could not be started.", e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Whether it can be given a task; false at once after {@link #kill}. */
  boolean isUsable() {
    return !killed && process.isAlive();
  }

  /**
   * Gives a task and waits for its end. After a failure that is not the task's own the process is
   * killed.
   *
   * @param limit how long the worker may say nothing
   * @param onRan hears of each changeset
   * @throws TaidonException what the worker answers; INTERNAL_ERROR if it crashes or exceeds the
   *     limit; CANCELLED after an interrupt
   */
  WorkerReply perform(WorkerTask task, Duration limit, Consumer<WorkerReply.Ran> onRan) {
    boolean answered = false;
    try {
      send(task);
      while (true) {
        WorkerReply reply = WorkerJson.read(nextLine(limit), WorkerReply.class);
        switch (reply) {
          case WorkerReply.Ran ran -> onRan.accept(ran);
          case WorkerReply.Failed failed -> {
            answered = true;
            throw failed.exception();
          }
          case WorkerReply.Opened opened -> {
            answered = true;
            return opened;
          }
          case WorkerReply.Done done -> {
            answered = true;
            return done;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TaidonException.of(ErrorCode.CANCELLED, "The job was cancelled.", e);
    } catch (IOException e) {
      throw crashed();
    } finally {
      if (!answered) {
        kill();
      }
    }
  }

  private void send(WorkerTask task) throws IOException {
    tasks.write(WorkerJson.write(task));
    tasks.newLine();
    tasks.flush();
  }

  private String nextLine(Duration limit) throws InterruptedException {
    Optional<String> line = replies.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw TaidonException.of(
          ErrorCode.INTERNAL_ERROR,
          "Liquibase did not answer for " + limit.toSeconds() + " seconds and was stopped.");
    }
    return line.orElseThrow(this::crashed);
  }

  private TaidonException crashed() {
    String said;
    synchronized (errors) {
      said = String.join("\n", errors);
    }
    String code = process.isAlive() ? "" : " with exit code " + process.exitValue();
    return TaidonException.of(
            ErrorCode.INTERNAL_ERROR, "The Liquibase worker ended unexpectedly" + code + ".")
        .with("output", said.substring(Math.max(0, said.length() - MAX_ERROR_CHARS)))
        .remedy("Run the prepare again; finished changesets are kept.");
  }

  /** Ends the process at once. Harmless if it has ended. */
  void kill() {
    killed = true;
    process.destroyForcibly();
  }

  private void readReplies() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        replies.add(Optional.of(line));
      }
    } catch (IOException e) {
      // as at its end
    }
    try {
      int unused = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    replies.add(Optional.empty());
  }

  private void readErrors() {
    try (InputStream stream = process.getErrorStream();
        BufferedReader in =
            new BufferedReader(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (errors) {
          errors.addLast(line);
          if (errors.size() > KEPT_ERROR_LINES) {
            errors.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      // as at its end
    }
  }
}
