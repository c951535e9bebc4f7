package io.taidon.node.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.node.pool.Pool;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the plugin counts and measures. Thread-safe. */
public final class NodeMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Adds the figures of a pool. */
  public void watch(Pool pool) {
    gauge("taidon.pool.size.bytes", "The pool's file system.", pool, p -> space(p, true));
    gauge("taidon.pool.free.bytes", "What is free on it.", pool, p -> space(p, false));
    gauge("taidon.pool.states", "Copies of states.", pool, p -> p.stateCopies().size());
    gauge("taidon.pool.instances", "Data of instances.", pool, p -> p.instanceData().size());
    gauge("taidon.pool.slots", "Volumes of pods.", pool, p -> p.slotIds().size());
  }

  private void gauge(String name, String description, Pool pool, ToDoubleFunction<Pool> value) {
    Gauge.builder(name, pool, value)
        .description(description)
        .tag("class", pool.stateClass())
        .tag("backend", pool.backend().kind().wireName())
        .register(registry);
  }

  private static double space(Pool pool, boolean total) {
    try {
      Pool.Space space = pool.space();
      return total ? space.totalBytes() : space.freeBytes();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** Measures an operation and counts its failure. */
  public <T> T timed(String operation, Supplier<T> work) {
    long start = System.nanoTime();
    String outcome = "ok";
    try {
      return work.get();
    } catch (TaidonException e) {
      outcome = e.code().wireCode();
      throw e;
    } catch (RuntimeException e) {
      outcome = ErrorCode.INTERNAL_ERROR.wireCode();
      throw e;
    } finally {
      Timer.builder("taidon.node.operation")
          .description("Publishing, unpublishing and sealing, by outcome.")
          .tag("operation", operation)
          .tag("outcome", outcome)
          .publishPercentileHistogram()
          .minimumExpectedValue(Duration.ofMillis(1))
          .maximumExpectedValue(Duration.ofMinutes(2))
          .register(registry)
          .record(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** Counts an evicted copy. */
  public void evicted(long bytes) {
    registry.counter("taidon.node.evicted.bytes").increment(bytes);
    upkeepDid("state-evicted");
  }

  /** Counts a part of a reconciliation that failed. */
  public void upkeepFailed(String part) {
    registry.counter("taidon.node.upkeep.failures", "part", part).increment();
  }

  /** Counts something that a reconciliation put right. */
  public void upkeepDid(String what) {
    registry.counter("taidon.node.upkeep.actions", "what", what).increment();
  }

  /** All figures, in the text format of Prometheus. */
  public String text() {
    return registry.scrape();
  }
}
