package io.taidon.operator.cache;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.taidon.core.cache.CacheUsage;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.operator.pool.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** How full the pools are, and what was evicted for which reason. Thread-safe. */
@ApplicationScoped
class CacheMetrics {
  private final MeterRegistry registry;
  private final Limits limits;
  private final MultiGauge used;
  private final MultiGauge limit;
  private final MultiGauge free;
  private final MultiGauge ofNamespaces;

  CacheMetrics(MeterRegistry registry, Limits limits) {
    this.registry = registry;
    this.limits = limits;
    this.used = gauge("taidon.cache.used", "What the states of a pool take.");
    this.limit = gauge("taidon.cache.limit", "What the states of a pool may take at most now.");
    this.free = gauge("taidon.cache.free", "What the file system of a pool has left.");
    this.ofNamespaces =
        gauge("taidon.cache.namespace.used", "What the states of a namespace take in all pools.");
  }

  private MultiGauge gauge(String name, String description) {
    return MultiGauge.builder(name).description(description).baseUnit("bytes").register(registry);
  }

  /** The figures of one look. */
  void show(List<Pool> pools) {
    List<Row<?>> usedRows = new ArrayList<>();
    List<Row<?>> limitRows = new ArrayList<>();
    List<Row<?>> freeRows = new ArrayList<>();
    TreeSet<String> namespaces = new TreeSet<>();
    for (Pool pool : pools) {
      Tags tags = Tags.of("node", pool.node(), "class", pool.stateClass());
      usedRows.add(Row.of(tags, pool.usedBytes()));
      limitRows.add(
          Row.of(
              tags,
              limits
                  .of(pool)
                  .effectiveMaxBytes(
                      new CacheUsage(pool.usedBytes(), pool.freeBytes(), pool.totalBytes()))));
      freeRows.add(Row.of(tags, pool.freeBytes()));
      namespaces.addAll(pool.usedByNamespace().keySet());
    }
    used.register(usedRows, true);
    limit.register(limitRows, true);
    free.register(freeRows, true);
    List<Row<?>> namespaceRows = new ArrayList<>();
    namespaces.forEach(namespace ->
        namespaceRows.add(Row.of(Tags.of("namespace", namespace), Needs.used(pools, namespace))));
    ofNamespaces.register(namespaceRows, true);
  }

  /** An eviction that was carried out. */
  void evicted(KeptReason reason, long bytes) {
    registry.counter("taidon.cache.evictions", "reason", reason.value()).increment();
    registry.counter("taidon.cache.evicted.bytes", "reason", reason.value()).increment(bytes);
  }
}
