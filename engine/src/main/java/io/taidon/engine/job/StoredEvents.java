package io.taidon.engine.job;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.instance.InstanceDsns.Dsns;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the events of one job from the registry, and waits for those to come. The registry is the
 * queue, so a slow reader costs no memory.
 */
final class StoredEvents implements EventStream {
  private static final int BATCH = 256;

  private final Registry registry;
  private final JobSignals signals;
  private final JobId job;
  private final Function<Optional<PrepareResult>, Dsns> dsns;
  private final Deque<JobEvent> ready = new ArrayDeque<>();
  private long nextSeq;
  private boolean over;

  StoredEvents(
      Registry registry,
      JobSignals signals,
      JobId job,
      long fromSeq,
      Function<Optional<PrepareResult>, Dsns> dsns) {
    this.registry = registry;
    this.signals = signals;
    this.job = job;
    this.nextSeq = Math.max(1, fromSeq);
    this.dsns = dsns;
  }

  @Override
  public Optional<JobEvent> next(Duration patience) throws InterruptedException {
    long seen = signals.version(job);
    if (!fill()) {
      signals.await(job, seen, patience);
      fill();
    }
    return Optional.ofNullable(ready.poll()).map(this::withDsn);
  }

  /** Reads more events if none is ready; false if there is none, and there may be more. */
  private boolean fill() {
    if (!ready.isEmpty() || over) {
      return true;
    }
    registry.events().read(job, nextSeq, BATCH).forEach(e -> ready.add(JobViews.event(e)));
    if (!ready.isEmpty()) {
      nextSeq = ready.getLast().seq() + 1;
      over = isEnd(ready.getLast());
      return true;
    }
    Optional<TaidonException> end = signals.unwrittenEnd(job);
    if (end.isPresent()) {
      JobJournal.lastEvents(end.get(), Instant.now()).stream()
          .map(e -> e.numbered(nextSeq++))
          .forEach(ready::add);
      over = true;
      return true;
    }
    over = registry.jobs().find(job).isEmpty() || endedBefore(nextSeq);
    return over;
  }

  /** The terminal status is a job's last event, so nothing comes after it. */
  private static boolean isEnd(JobEvent event) {
    return event.status().map(JobStatus::isTerminal).orElse(false);
  }

  private boolean endedBefore(long seq) {
    long last = registry.events().count(job);
    return last < seq
        && registry.events().read(job, last, 1).stream()
            .map(JobViews::event)
            .anyMatch(StoredEvents::isEnd);
  }

  private JobEvent withDsn(JobEvent event) {
    return event
        .result()
        .map(r -> withDsns(r, dsns.apply(event.result())))
        .map(event::withResult)
        .orElse(event);
  }

  private static PrepareResult withDsns(PrepareResult result, Dsns dsns) {
    return result.with(dsns.preferred(), dsns.direct());
  }

  @Override
  public boolean isOver() {
    return over && ready.isEmpty();
  }

  @Override
  public void close() {}
}
