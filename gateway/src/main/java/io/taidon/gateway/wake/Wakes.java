package io.taidon.gateway.wake;

import io.taidon.core.error.TaidonException;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.WakeProgress;
import io.taidon.gateway.log.GatewayLog;
import io.taidon.gateway.log.LogEvent;
import io.taidon.gateway.log.LogKey;
import io.taidon.gateway.log.LogLine;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.metrics.Wake;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The wakes under way: one for an instance, however many clients wait for it. Thread-safe; what it
 * calls, it calls from the directory's threads.
 */
public final class Wakes {
  private final InstanceDirectory directory;
  private final GatewayMetrics metrics;
  private final GatewayLog log;
  private final Map<String, SharedWake> underWay = new ConcurrentHashMap<>();

  public Wakes(InstanceDirectory directory, GatewayMetrics metrics, GatewayLog log) {
    this.directory = directory;
    this.metrics = metrics;
    this.log = log;
  }

  /**
   * Waits for an instance, and wakes it if nobody does yet.
   *
   * @param progress told of each step from now on, and of the last one at once
   * @return completes with the wake; cancelling it only ends the waiting
   */
  public CompletableFuture<Endpoint> join(Instance instance, Consumer<WakeProgress> progress) {
    SharedWake fresh = new SharedWake();
    SharedWake known = underWay.putIfAbsent(instance.id(), fresh);
    SharedWake wake = known == null ? fresh : known;
    CompletableFuture<Endpoint> waiting = wake.join(progress);
    if (known == null) {
      begin(instance, wake);
    }
    return waiting;
  }

  /** How many instances are being woken. */
  public int underWay() {
    return underWay.size();
  }

  private void begin(Instance instance, SharedWake wake) {
    long start = System.nanoTime();
    directory
        .wake(instance, wake::progress)
        .whenComplete((endpoint, failure) -> {
          underWay.remove(instance.id(), wake);
          Duration took = Duration.ofNanos(System.nanoTime() - start);
          metrics.woke(failure == null ? Wake.READY : Wake.FAILED, took);
          log.write(line(instance, took, wake.waiting(), failure));
          wake.end(endpoint, failure);
        });
  }

  private static LogLine line(
      Instance instance, Duration took, int waiting, @Nullable Throwable failure) {
    LogLine line =
        LogLine.of(failure == null ? LogEvent.WOKEN : LogEvent.WAKE_FAILED)
            .text(LogKey.INSTANCE, instance.id())
            .with(LogKey.MILLIS, took.toMillis())
            .with(LogKey.COUNT, waiting);
    if (failure == null) {
      return line;
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof TaidonException known ? line.failure(known) : line.defect(cause);
  }

  /** One instance on its way up. */
  private static final class SharedWake {
    private final CompletableFuture<Endpoint> outcome = new CompletableFuture<>();
    private final Set<Consumer<WakeProgress>> listeners = ConcurrentHashMap.newKeySet();
    private volatile @Nullable WakeProgress last;

    CompletableFuture<Endpoint> join(Consumer<WakeProgress> progress) {
      listeners.add(progress);
      WakeProgress soFar = last;
      if (soFar != null) {
        progress.accept(soFar);
      }
      CompletableFuture<Endpoint> waiting = outcome.copy();
      waiting.whenComplete((endpoint, failure) -> listeners.remove(progress));
      return waiting;
    }

    int waiting() {
      return listeners.size();
    }

    void progress(WakeProgress step) {
      last = step;
      listeners.forEach(listener -> listener.accept(step));
    }

    void end(@Nullable Endpoint endpoint, @Nullable Throwable failure) {
      if (endpoint != null) {
        outcome.complete(endpoint);
      } else {
        outcome.completeExceptionally(
            failure != null ? failure : new IllegalStateException("a wake without an endpoint"));
      }
    }
  }
}
