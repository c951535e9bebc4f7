package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the states of one namespace take in all pools together, from every report that a node plugin
 * makes. Thread-safe; closing stops to listen.
 */
public final class NamespaceUsage implements AutoCloseable {
  private final String key;
  private final Map<String, Long> byPool = new ConcurrentHashMap<>();
  private final SharedIndexInformer<ConfigMap> reports;
  private long most;
  private int seen;

  private NamespaceUsage(Installation taidon, TestNamespace in) {
    this.key = "usedBytes." + in.name();
    this.reports =
        in.client()
            .configMaps()
            .inNamespace(taidon.namespace())
            .withLabel("taidon.io/pool")
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(ConfigMap report) {
                    take(report);
                  }

                  @Override
                  public void onUpdate(ConfigMap before, ConfigMap report) {
                    take(report);
                  }

                  @Override
                  public void onDelete(ConfigMap report, boolean unknown) {}
                });
  }

  /** Begins to listen. */
  public static NamespaceUsage of(Installation taidon, TestNamespace in) {
    return new NamespaceUsage(taidon, in);
  }

  private synchronized void take(ConfigMap report) {
    byPool.put(
        report.getMetadata().getName(), Long.parseLong(report.getData().getOrDefault(key, "0")));
    most = Math.max(most, now());
    seen++;
  }

  /** Bytes, by the last report of each pool. */
  public synchronized long now() {
    return byPool.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The most bytes there ever were. */
  public synchronized long most() {
    return most;
  }

  /** How many reports came. */
  public synchronized int reports() {
    return seen;
  }

  @Override
  public void close() {
    reports.close();
  }
}
