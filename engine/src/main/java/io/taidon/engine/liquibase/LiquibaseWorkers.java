package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The worker processes of one server: started when they are needed, at most so many at a time, each
 * serving one job at a time, and ended when they had nothing to do for a while. A worker that
 * crashed, was interrupted or had extensions on its class path is never used again.
 *
 * <p>Thread-safe. Closing it ends all workers.
 */
public final class LiquibaseWorkers implements AutoCloseable {
  private final WorkerCommand command;
  private final Duration idleLimit;
  private final Semaphore places;
  private final List<WorkerProcess> all = new ArrayList<>();
  private final List<Idle> idle = new ArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("liquibase-idle").factory());
  private boolean closed;

  private record Idle(WorkerProcess process, ScheduledFuture<?> end) {}

  /**
   * @param most how many processes there may be
   * @param idleLimit how long one waits for work before it ends
   */
  public LiquibaseWorkers(WorkerCommand command, int most, Duration idleLimit) {
    this.command = command;
    this.idleLimit = idleLimit;
    this.places = new Semaphore(most, true);
  }

  /** One worker for one job, until it is closed. */
  final class Lease implements AutoCloseable {
    private final WorkerProcess process;
    private final boolean reusable;

    private Lease(WorkerProcess process, boolean reusable) {
      this.process = process;
      this.reusable = reusable;
    }

    WorkerProcess process() {
      return process;
    }

    @Override
    public void close() {
      giveBack(process, reusable);
      places.release();
    }
  }

  /**
   * Waits for a place and gives a worker.
   *
   * @param extensions jars for its class path
   * @throws TaidonException CANCELLED after an interrupt
   */
  Lease lease(List<Path> extensions) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TaidonException.of(ErrorCode.CANCELLED, "The job was cancelled.", e);
    }
    try {
      return new Lease(extensions.isEmpty() ? warm() : start(extensions), extensions.isEmpty());
    } catch (RuntimeException e) {
      places.release();
      throw e;
    }
  }

  /** How many processes there are, busy or idle. */
  public synchronized int processes() {
    all.removeIf(process -> !process.isUsable());
    return all.size();
  }

  private WorkerProcess warm() {
    Optional<WorkerProcess> waiting = takeIdle();
    return waiting.isPresent() ? waiting.get() : start(List.of());
  }

  private synchronized Optional<WorkerProcess> takeIdle() {
    while (!idle.isEmpty()) {
      Idle last = idle.removeLast();
      boolean stopped = last.end().cancel(false);
      if (stopped && last.process().isUsable()) {
        return Optional.of(last.process());
      }
    }
    return Optional.empty();
  }

  private synchronized WorkerProcess start(List<Path> extensions) {
    if (closed) {
      throw TaidonException.of(ErrorCode.CANCELLED, "The server is ending.");
    }
    WorkerProcess process = WorkerProcess.start(command, extensions);
    all.removeIf(old -> !old.isUsable());
    all.add(process);
    return process;
  }

  private synchronized void giveBack(WorkerProcess process, boolean reusable) {
    if (closed || !reusable || !process.isUsable()) {
      process.kill();
      all.remove(process);
      return;
    }
    ScheduledFuture<?> end =
        clock.schedule(() -> endIdle(process), idleLimit.toMillis(), TimeUnit.MILLISECONDS);
    idle.add(new Idle(process, end));
  }

  private synchronized void endIdle(WorkerProcess process) {
    if (idle.removeIf(waiting -> waiting.process() == process)) {
      process.kill();
      all.remove(process);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    clock.shutdownNow();
    all.forEach(WorkerProcess::kill);
    all.clear();
    idle.clear();
  }
}
