package io.taidon.server.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.taidon.engine.Engine;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.server.error.Errors;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The events of a job from one number on, until the job is over. A client that goes away ends the
 * stream, never the job.
 */
public final class JobStream implements StreamingOutput {
  private static final Logger LOG = Logger.getLogger(JobStream.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final Engine engine;
  private final ObjectMapper json;
  private final RoutingContext exchange;
  private final String jobId;
  private final long fromSeq;
  private final Optional<Object> firstLine;

  /**
   * @param firstLine what to send before the events
   */
  public JobStream(
      Engine engine,
      ObjectMapper json,
      RoutingContext exchange,
      String jobId,
      long fromSeq,
      Optional<Object> firstLine) {
    this.engine = engine;
    this.json = json;
    this.exchange = exchange;
    this.jobId = jobId;
    this.fromSeq = fromSeq;
    this.firstLine = firstLine;
  }

  @Override
  public void write(OutputStream out) {
    Lines lines = new Lines(out, json);
    try (ClientWatch watch = ClientWatch.over(exchange);
        EventStream events = engine.events(jobId, fromSeq)) {
      if (firstLine.isPresent()) {
        lines.send(firstLine.get());
      }
      sendAll(events, lines);
    } catch (IOException | InterruptedException e) {
      LOG.debugf("the reader of the events of job %s is gone", jobId);
    } catch (RuntimeException e) {
      breakOff(e);
    } finally {
      Thread.interrupted();
    }
  }

  private void sendAll(EventStream events, Lines lines) throws IOException, InterruptedException {
    Optional<JobEvent> pulse = Optional.empty();
    while (!events.isOver()) {
      Optional<JobEvent> event = events.next(HEARTBEAT);
      if (event.isPresent()) {
        lines.send(event.get());
        pulse = Optional.of(worthier(pulse, event.get()));
      } else if (!events.isOver()) {
        pulse = pulse.isPresent() ? pulse : pulseBefore();
        if (pulse.isPresent()) {
          lines.send(pulse.get());
        }
      }
    }
  }

  /** The newest task event is what is sent again; before there is one, the newest of any kind. */
  private static JobEvent worthier(Optional<JobEvent> held, JobEvent next) {
    return held.filter(event -> isTask(event) && !isTask(next)).orElse(next);
  }

  private static boolean isTask(JobEvent event) {
    return event.task().isPresent();
  }

  /** For a stream that resumed in a quiet time: what an unbroken one would send again. */
  private Optional<JobEvent> pulseBefore() throws InterruptedException {
    Optional<JobEvent> pulse = Optional.empty();
    try (EventStream past = engine.events(jobId, 1)) {
      Optional<JobEvent> event = past.next(Duration.ZERO);
      while (event.isPresent() && event.get().seq() < fromSeq) {
        pulse = Optional.of(worthier(pulse, event.get()));
        event = past.next(Duration.ZERO);
      }
    }
    return pulse;
  }

  /** Once lines are out, only a broken connection tells the client to resume. */
  private void breakOff(RuntimeException failure) {
    if (!exchange.response().headWritten()) {
      throw failure;
    }
    Errors.unforeseen(failure);
    exchange.request().connection().close();
  }
}
