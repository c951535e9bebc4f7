package io.taidon.engine.job;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.store.EventType;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.Registry;
import io.taidon.engine.store.TaskId;
import io.taidon.engine.store.TaskRecord;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Writes down what happens in one running job: its row, its tasks, and an event for every change,
 * then wakes the followers.
 *
 * <p>Thread-safe; output of a tool arrives on other threads than the job's own.
 */
final class JobJournal {
  private static final System.Logger LOG = System.getLogger(JobJournal.class.getName());
  private static final int MAX_LOG_LINE = 4096;

  private final Registry registry;
  private final JobSignals signals;
  private final InstantSource clock;
  private final JobId job;
  private Optional<TaskId> running = Optional.empty();

  JobJournal(Registry registry, JobSignals signals, InstantSource clock, JobId job) {
    this.registry = registry;
    this.signals = signals;
    this.clock = clock;
    this.job = job;
  }

  synchronized void started() {
    write(() -> {
      registry.jobs().change(job, j -> j.started(now()));
      append(List.of(status(JobStatus.RUNNING)));
    });
  }

  /** Records the tasks that planning found, all at once. */
  synchronized void planned(String signature, List<TaskRecord> tasks) {
    write(() -> {
      registry.jobs().change(job, j -> j.signed(signature));
      registry.jobs().replaceTasks(job, tasks);
      append(tasks.stream().map(this::task).toList());
    });
    FaultPoint.JOB_PLANNED.reached();
  }

  synchronized void taskStarted(TaskId id) {
    running = Optional.of(id);
    change(id, t -> t.started(now()));
  }

  synchronized void taskSucceeded(TaskId id) {
    running = Optional.empty();
    change(id, t -> t.succeeded(now()));
  }

  /** A step that another job built while this one waited: done, and not by us. */
  synchronized void taskFoundCached(TaskId id) {
    change(id, t -> t.foundCached());
  }

  synchronized void log(TaskId task, String line) {
    String bounded =
        line.length() <= MAX_LOG_LINE ? line : line.substring(0, MAX_LOG_LINE) + " ...";
    JobEvent event =
        new JobEvent(
            0,
            now(),
            EventType.LOG.wireName(),
            Optional.of(task.text()),
            Optional.empty(),
            Optional.of(bounded),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    write(() -> append(List.of(event)));
  }

  /**
   * Ends the job, and the task that was running, well. The result is stored without its DSN, which
   * holds a secret.
   *
   * @param handOver what else becomes true at this moment, in the same transaction
   */
  synchronized void succeeded(PrepareResult result, Runnable handOver) {
    PrepareResult stored = result.withoutDsn();
    Instant now = now();
    JobEvent event =
        new JobEvent(
            0,
            now,
            EventType.RESULT.wireName(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(stored),
            Optional.empty());
    write(() -> {
      handOver.run();
      running
          .flatMap(id -> registry.jobs().changeTask(job, id, t -> t.succeeded(now)))
          .ifPresent(t -> append(List.of(task(t))));
      registry.jobs().change(job, j -> j.succeeded(now, JobJson.write(stored)));
      append(List.of(event, status(JobStatus.SUCCEEDED)));
      FaultPoint.JOB_ENDING.reached();
    });
    FaultPoint.JOB_ENDED.reached();
  }

  /**
   * Ends the job, and the task that was running, with an error. A store that is full, read-only or
   * gone cannot be told; then followers are told from memory.
   */
  synchronized void failed(TaidonException failure) {
    try {
      writeFailed(failure);
      signals.endWritten(job);
    } catch (TaidonException unwritten) {
      LOG.log(
          Level.WARNING,
          "job {0} failed and the registry cannot be told: {1}",
          job,
          unwritten.sentence());
      signals.endedUnwritten(job, failure);
    }
  }

  private void writeFailed(TaidonException failure) {
    ErrorView error = errorView(failure);
    String json = JobJson.write(error);
    Instant now = now();
    write(() -> fail(failure, json, now));
  }

  private void fail(TaidonException failure, String json, Instant now) {
    List<JobEvent> events = new ArrayList<>();
    running
        .flatMap(id -> registry.jobs().changeTask(job, id, t -> t.failed(now, json)))
        .ifPresent(t -> events.add(task(t)));
    registry.jobs().change(job, j -> j.failed(now, json));
    events.addAll(lastEvents(failure, now));
    append(events);
  }

  /** What followers hear last of a job that failed: why, and that it is over. */
  static List<JobEvent> lastEvents(TaidonException failure, Instant now) {
    return List.of(
        new JobEvent(
            0,
            now,
            EventType.ERROR.wireName(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(errorView(failure))),
        status(JobStatus.FAILED, now));
  }

  static ErrorView errorView(TaidonException failure) {
    return new ErrorView(
        failure.code().wireCode(), failure.sentence(), failure.details(), failure.remedy());
  }

  /** Ends a job whose engine died. */
  void engineDied() {
    failed(
        TaidonException.of(ErrorCode.SERVER_UNAVAILABLE, "The engine stopped while this job ran.")
            .remedy("Run the same command again; finished steps are cached."));
  }

  private void change(TaskId id, UnaryOperator<TaskRecord> change) {
    write(
        () -> registry.jobs().changeTask(job, id, change).ifPresent(t -> append(List.of(task(t)))));
  }

  private JobEvent status(JobStatus status) {
    return status(status, now());
  }

  private static JobEvent status(JobStatus status, Instant now) {
    return new JobEvent(
        0,
        now,
        EventType.STATUS.wireName(),
        Optional.empty(),
        Optional.of(status),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private JobEvent task(TaskRecord task) {
    return new JobEvent(
        0,
        now(),
        EventType.TASK.wireName(),
        Optional.of(task.id().text()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(JobViews.task(task)),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A change and the events that tell of it, or neither: a follower of a job that ended without an
   * event of its end would wait for ever.
   */
  private void write(Runnable changes) {
    registry.atomically(() -> {
      changes.run();
      return true;
    });
    signals.raise(job);
  }

  private void append(List<JobEvent> events) {
    registry.events().append(job, events.stream().map(JobViews::draft).toList());
  }

  private Instant now() {
    return clock.instant();
  }
}
