package io.taidon.operator.pool;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.quarkus.runtime.ShutdownEvent;
import io.taidon.operator.OperatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The pools that report, from the ConfigMaps of the node plugins. Thread-safe. */
@ApplicationScoped
public class Pools {
  /** The label on the ConfigMaps; its value is the class. */
  public static final String LABEL = "taidon.io/pool";

  private final KubernetesClient client;
  private final OperatorSettings settings;
  private final Clock clock = Clock.systemUTC();
  private volatile Optional<SharedIndexInformer<ConfigMap>> informer = Optional.empty();

  public Pools(KubernetesClient client, OperatorSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** The nodes with a fresh report and room in a pool of the class. */
  public TreeSet<String> nodesWithRoom(String stateClass) {
    TreeSet<String> nodes = new TreeSet<>();
    for (Pool pool : all()) {
      boolean fresh = pool.reportTime().isAfter(clock.instant().minus(settings.poolReportAge()));
      if (fresh
          && pool.stateClass().equals(stateClass)
          && pool.freeBytes() >= settings.poolReserve()) {
        nodes.add(pool.node());
      }
    }
    return nodes;
  }

  /** All pools, also those that have not reported for long. */
  public List<Pool> all() {
    return informer().getStore().list().stream()
        .map(Pools::read)
        .flatMap(Optional::stream)
        .toList();
  }

  private SharedIndexInformer<ConfigMap> informer() {
    return informer.orElseGet(this::start);
  }

  private synchronized SharedIndexInformer<ConfigMap> start() {
    if (informer.isEmpty()) {
      informer =
          Optional.of(
              client
                  .configMaps()
                  .inNamespace(settings.namespace())
                  .withLabel(LABEL)
                  .runnableInformer(0)
                  .run());
    }
    return informer.get();
  }

  void stop(@Observes ShutdownEvent event) {
    informer.ifPresent(SharedIndexInformer::close);
  }

  static Optional<Pool> read(ConfigMap report) {
    Map<String, String> data = report.getData() == null ? Map.of() : report.getData();
    try {
      return Optional.of(
          new Pool(
              data.getOrDefault("node", ""),
              data.getOrDefault("class", "default"),
              data.getOrDefault("backend", ""),
              Long.parseLong(data.getOrDefault("totalBytes", "0")),
              Long.parseLong(data.getOrDefault("freeBytes", "0")),
              Instant.parse(data.getOrDefault("reportTime", ""))));
    } catch (NumberFormatException | DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
