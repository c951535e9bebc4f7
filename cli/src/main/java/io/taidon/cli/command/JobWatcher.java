package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.Interrupts;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.JobFeed;
import io.taidon.cli.client.JobUpdate;
import io.taidon.cli.client.Json;
import io.taidon.cli.output.JobProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Follows a job to its end, shows how it gets on, and asks what to do at Ctrl-C. */
final class JobWatcher {
  private static final Duration TICK = Duration.ofMillis(150);

  private final Session session;
  private final EngineClient client;
  private final JobFeed feed;
  private final JobProgress progress;
  private Optional<Json> result = Optional.empty();
  private Optional<Json> error = Optional.empty();
  private boolean isOver;
  private boolean readsKeyboard;

  /** How watching ended; a failed job is a {@link CliException}. */
  sealed interface Outcome {
    record Succeeded(Json result) implements Outcome {}

    /** The user left the job to itself. */
    record Detached() implements Outcome {}

    /** The user ended the job. */
    record Interrupted() implements Outcome {}
  }

  JobWatcher(Session session, EngineClient client, JobFeed feed) {
    this.session = session;
    this.client = client;
    this.feed = feed;
    this.progress = new JobProgress(session.streams(), session.isVerbose());
  }

  Outcome watch() throws InterruptedException {
    Runnable interrupt = () -> feed.add(new JobUpdate.Interrupted());
    try (feed;
        Interrupts.Registration ignored = session.interrupts().onInterrupt(interrupt)) {
      while (!isOver) {
        Optional<JobUpdate> update = feed.next(TICK);
        if (update.isPresent() && update.get() instanceof JobUpdate.Interrupted) {
          Optional<Outcome> end = interrupted();
          if (end.isPresent()) {
            return end.get();
          }
        } else if (update.isPresent()) {
          take(update.get(), true);
        } else {
          progress.tick();
        }
      }
      return finished();
    } finally {
      progress.clear();
    }
  }

  private void take(JobUpdate update, boolean isShown) {
    switch (update) {
      case JobUpdate.Event(Json event) -> {
        if (event.is("type", "result")) {
          result = Optional.of(event.get("result"));
        } else if (event.is("type", "error")) {
          error = Optional.of(event.get("error"));
        }
        if (isShown) {
          progress.event(event);
        }
      }
      case JobUpdate.Over() -> isOver = true;
      case JobUpdate.Lost(String reason) -> throw JobFeed.lost(reason);
      case JobUpdate.Interrupted ignored -> {
        // The callers look at it first.
      }
      case JobUpdate.Typed ignored -> {
        // Only an open question makes something of it.
      }
    }
  }

  private Outcome finished() {
    if (error.isEmpty() && result.isEmpty()) {
      Json job = client.get("/v1/prepare-jobs/" + EngineClient.encoded(feed.jobId()));
      result = Optional.of(job.get("result")).filter(Json::isPresent);
      error = Optional.of(job.get("error")).filter(Json::isPresent);
    }
    if (error.isPresent()) {
      throw EngineClient.failure(error.get(), "The job failed.").with("job", feed.jobId());
    }
    return new Outcome.Succeeded(result.orElse(Json.object()));
  }

  private Optional<Outcome> interrupted() throws InterruptedException {
    progress.clear();
    if (!session.streams().inIsTerminal() || !session.streams().errIsTerminal()) {
      cancel();
      session.err().println("job " + feed.jobId() + " cancelled");
      return Optional.of(new Outcome.Interrupted());
    }
    return switch (ask("[s] stop  [d] detach  [Enter] continue: ")) {
      case "s" -> {
        if (ask("Cancel job? [y/N] ").equals("y")) {
          cancel();
        }
        yield Optional.empty();
      }
      case "d" -> {
        session.err().println("The job goes on; watch it with: sqlrs watch " + feed.jobId());
        yield Optional.of(new Outcome.Detached());
      }
      default -> Optional.empty();
    };
  }

  private void cancel() {
    client.post(
        "/v1/prepare-jobs/" + EngineClient.encoded(feed.jobId()) + "/cancel", Json.object());
  }

  /** The answer in lower case; Ctrl-C and the end of the job answer with nothing. */
  private String ask(String question) throws InterruptedException {
    session.err().print(question);
    session.err().flush();
    readKeyboard();
    while (!isOver) {
      Optional<JobUpdate> update = feed.next(TICK);
      if (update.isPresent() && update.get() instanceof JobUpdate.Typed(String line)) {
        return line.strip().toLowerCase(java.util.Locale.ROOT);
      }
      if (update.isPresent() && update.get() instanceof JobUpdate.Interrupted) {
        break;
      }
      update.ifPresent(other -> take(other, false));
    }
    session.err().println();
    return "";
  }

  private void readKeyboard() {
    if (readsKeyboard) {
      return;
    }
    readsKeyboard = true;
    BufferedReader keyboard =
        new BufferedReader(new InputStreamReader(session.streams().in(), StandardCharsets.UTF_8));
    Thread thread =
        new Thread(
            () -> {
              try {
                for (String line = keyboard.readLine(); line != null; line = keyboard.readLine()) {
                  feed.add(new JobUpdate.Typed(line));
                }
              } catch (IOException e) {
                // Nothing more will be typed.
              }
            },
            "keyboard");
    thread.setDaemon(true);
    thread.start();
  }
}
