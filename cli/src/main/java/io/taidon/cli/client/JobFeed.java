package io.taidon.cli.client;

import io.taidon.cli.CliException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The events of one job, mixed with what the user does meanwhile. One daemon thread reads the
 * server's stream and takes it up again where it broke.
 */
public final class JobFeed implements AutoCloseable {
  /** A server that is alive says something every second. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final int RESUMES = 5;
  private static final long FIRST_PAUSE_MILLIS = 50;

  private final EngineClient client;
  private final String jobId;
  private final BlockingQueue<JobUpdate> updates = new LinkedBlockingQueue<>();
  private volatile NdjsonReader reader;
  private volatile boolean closed;
  private long lastSeq;

  private JobFeed(EngineClient client, String jobId, NdjsonReader reader) {
    this.client = client;
    this.jobId = jobId;
    this.reader = reader;
  }

  /** Stores and starts a job, and follows it. */
  public static JobFeed submit(EngineClient client, Json prepareRequest) {
    NdjsonReader reader =
        client.stream(ApiRequest.of("POST", "/v1/prepare-jobs").body(prepareRequest));
    try {
      Json first = reader.next().orElse(Json.object());
      String jobId =
          first
              .text("job_id")
              .orElseThrow(() -> new IOException("the answer does not begin with a job"));
      return started(new JobFeed(client, jobId, reader));
    } catch (IOException e) {
      throw lost("the connection broke before the job was confirmed");
    }
  }

  /** Follows a job from its first event on. */
  public static JobFeed watch(EngineClient client, String jobId) {
    return started(
        new JobFeed(client, jobId, client.stream(ApiRequest.of("GET", eventsPath(jobId)))));
  }

  private static JobFeed started(JobFeed feed) {
    Thread thread = new Thread(feed::follow, "job-feed");
    thread.setDaemon(true);
    thread.start();
    return feed;
  }

  public String jobId() {
    return jobId;
  }

  /** The next update, or empty when none came in time. */
  public Optional<JobUpdate> next(Duration patience) throws InterruptedException {
    @Nullable JobUpdate update = updates.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    return Optional.ofNullable(update);
  }

  /** Puts what the user did among the updates. */
  public void add(JobUpdate update) {
    updates.add(update);
  }

  public static CliException lost(String reason) {
    return CliException.serverUnavailable("The server was lost while the job ran: " + reason + ".")
        .remedy(
            "Run the same command again: steps that were finished are cached. "
                + "`sqlrs server logs` says what happened.");
  }

  private void follow() {
    String reason = "the event stream ended before the job did";
    int failures = 0;
    while (!closed) {
      long before = lastSeq;
      try {
        if (deliver()) {
          updates.add(new JobUpdate.Over());
          return;
        }
      } catch (SocketTimeoutException e) {
        reason = "it was silent for " + SILENCE.toSeconds() + " seconds";
      } catch (IOException e) {
        reason = "the connection broke";
      }
      failures = lastSeq > before ? 0 : failures + 1;
      do {
        if (failures > RESUMES || !pause(failures)) {
          updates.add(new JobUpdate.Lost(reason));
          return;
        }
        failures++;
      } while (!closed && !resume());
    }
  }

  /** Hands on events until the stream ends; true when the job is over. */
  private boolean deliver() throws IOException {
    for (Optional<Json> line = reader.next(); line.isPresent(); line = reader.next()) {
      Json event = line.get();
      long seq = event.number("seq").orElse(lastSeq + 1);
      if (seq <= lastSeq) {
        continue;
      }
      lastSeq = seq;
      updates.add(new JobUpdate.Event(event));
      if (isEnd(event)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEnd(Json event) {
    return event.is("type", "status")
        && (event.is("status", "succeeded") || event.is("status", "failed"));
  }

  /** Opens the stream behind the last event; false when the server does not let us. */
  private boolean resume() {
    try {
      reader.close();
      HttpAnswer answer =
          client.sendToRunning(
              ApiRequest.of("GET", eventsPath(jobId)).streaming().from(lastSeq + 1));
      if (!answer.isSuccess()) {
        answer.close();
        return false;
      }
      answer.readTimeoutMillis((int) SILENCE.toMillis());
      reader = new NdjsonReader(answer);
      return true;
    } catch (IOException | CliException e) {
      return false;
    }
  }

  private static boolean pause(int failures) {
    try {
      Thread.sleep(FIRST_PAUSE_MILLIS << Math.min(failures, RESUMES));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String eventsPath(String jobId) {
    return "/v1/prepare-jobs/" + EngineClient.encoded(jobId) + "/events";
  }

  @Override
  public void close() {
    closed = true;
    try {
      reader.close();
    } catch (IOException e) {
      // The connection is gone either way.
    }
  }
}
