package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.liquibase.WorkerJson;
import io.taidon.engine.liquibase.WorkerReply;
import io.taidon.engine.liquibase.WorkerTask;
import io.taidon.engine.liquibase.WorkspaceLook;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * The main class of a worker process: reads tasks from standard input, one line of JSON each, and
 * answers on standard output. It ends at once when its input ends, whatever it does then, so it
 * cannot outlive its server.
 */
public final class LiquibaseWorker {
  private final PrintStream replies;
  private Optional<OpenChangelog> open = Optional.empty();

  /** What {@code open} was read for, until something of it is applied. */
  private Optional<WorkerTask.Open> opened = Optional.empty();

  private final ConnectionKeeper connections = new ConnectionKeeper();

  private LiquibaseWorker(PrintStream replies) {
    this.replies = replies;
  }

  public static void main(String[] args) throws InterruptedException {
    PrintStream replies =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    // Liquibase and custom changes print: that must not get between the replies.
    System.setOut(System.err);
    silenceLogs();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread unused = Thread.ofPlatform().daemon().name("input").start(() -> readLines(lines));
    LiquibaseWorker worker = new LiquibaseWorker(replies);
    while (true) {
      worker.answer(lines.take());
    }
  }

  /** Liquibase's log may hold SQL with data and parameters. */
  private static void silenceLogs() {
    LogManager.getLogManager().reset();
    Logger.getLogger("").setLevel(Level.OFF);
  }

  private static void readLines(BlockingQueue<String> lines) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // as at the end of input
    }
    Runtime.getRuntime().halt(0);
  }

  private void answer(String line) {
    WorkerReply reply;
    try {
      reply = perform(WorkerJson.read(line, WorkerTask.class));
    } catch (TaidonException e) {
      reply = WorkerReply.Failed.of(e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      reply =
          WorkerReply.Failed.of(
              TaidonException.of(
                  ErrorCode.INTERNAL_ERROR,
                  "Liquibase failed in an unexpected way: " + Failures.sentence(e)));
    }
    send(reply);
  }

  private WorkerReply perform(WorkerTask task) {
    return switch (task) {
      case WorkerTask.Open wanted -> {
        if (!isOpen(wanted)) {
          open = Optional.empty();
          open = Optional.of(ChangelogReader.read(wanted));
          opened = Optional.of(wanted);
        }
        yield new WorkerReply.Opened(open.orElseThrow().manifest());
      }
      case WorkerTask.Apply apply -> {
        OpenChangelog changelog =
            open.orElseThrow(() -> new IllegalStateException("no changelog is open"));
        opened = Optional.empty();
        new ChangelogUpdate(changelog, connections)
            .apply(apply, (index, outcome) -> send(new WorkerReply.Ran(index, outcome)));
        yield new WorkerReply.Done();
      }
      case WorkerTask.Disconnect disconnect -> {
        connections.close();
        yield new WorkerReply.Done();
      }
    };
  }

  /** Planning and the first run of a plan come one after the other: they need one reading. */
  private boolean isOpen(WorkerTask.Open wanted) {
    return open.isPresent()
        && opened.filter(wanted::equals).isPresent()
        && open.get().manifest().holds(new WorkspaceLook(Path.of(wanted.root())));
  }

  private void send(WorkerReply reply) {
    replies.println(WorkerJson.write(reply));
    replies.flush();
  }
}
