package io.taidon.server;

import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A job whose events a test adds one by one. Time does not pass in it: it is quiet when told. */
public final class TestingJob {
  private final String jobId;
  private final List<JobEvent> events = new ArrayList<>();
  private final AtomicInteger openStreams = new AtomicInteger();
  private int quietMoments;

  TestingJob(String jobId) {
    this.jobId = jobId;
  }

  public void status(JobStatus status) {
    add(TestingEngine.event(nextSeq(), "status", Optional.of(status)));
  }

  public void task(String taskId) {
    add(
        new JobEvent(
            nextSeq(),
            Samples.NOON,
            "task",
            Optional.of(taskId),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Samples.task(jobId, taskId)),
            Optional.empty(),
            Optional.empty()));
  }

  public void log(String taskId, String message) {
    add(
        new JobEvent(
            nextSeq(),
            Samples.NOON,
            "log",
            Optional.of(taskId),
            Optional.empty(),
            Optional.of(message),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private synchronized long nextSeq() {
    return events.size() + 1L;
  }

  private synchronized void add(JobEvent event) {
    events.add(event);
    notifyAll();
  }

  /** The one stream that waits is told once that nothing came in time. */
  public synchronized void quietMoment() {
    quietMoments++;
    notifyAll();
  }

  public int openStreams() {
    return openStreams.get();
  }

  public synchronized JobView view() {
    return Samples.job(jobId, status(), List.of(Samples.task(jobId, "plan")));
  }

  private JobStatus status() {
    return events.stream()
        .flatMap(event -> event.status().stream())
        .reduce(JobStatus.QUEUED, (before, after) -> after);
  }

  EventStream events(long fromSeq) {
    openStreams.incrementAndGet();
    return new Stream(fromSeq);
  }

  private final class Stream implements EventStream {
    private long next;

    Stream(long next) {
      this.next = next;
    }

    @Override
    public Optional<JobEvent> next(Duration patience) throws InterruptedException {
      synchronized (TestingJob.this) {
        while (next > events.size() && !isOver() && !patience.isZero()) {
          if (quietMoments > 0) {
            quietMoments--;
            return Optional.empty();
          }
          TestingJob.this.wait();
        }
        return next > events.size() ? Optional.empty() : Optional.of(events.get((int) next++ - 1));
      }
    }

    @Override
    public boolean isOver() {
      synchronized (TestingJob.this) {
        return status().isTerminal() && next > events.size();
      }
    }

    @Override
    public void close() {
      openStreams.decrementAndGet();
    }
  }
}
