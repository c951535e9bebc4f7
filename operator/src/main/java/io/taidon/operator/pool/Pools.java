package io.taidon.operator.pool;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.operator.OperatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pools that report, from the ConfigMaps of the node plugins. Thread-safe. */
@ApplicationScoped
public class Pools {
  /** The label on the ConfigMaps; its value is the class. */
  public static final String LABEL = "taidon.io/pool";

  private static final String USED = "usedBytes.";

  private final KubernetesClient client;
  private final OperatorSettings settings;
  private final Clock clock = Clock.systemUTC();

  public Pools(KubernetesClient client, OperatorSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Whether a report still counts. */
  public boolean isFresh(Pool pool) {
    return pool.reportTime().isAfter(clock.instant().minus(settings.poolReportAge()));
  }

  /**
   * All pools as the API server has them at this moment. A plugin reports before it says that a
   * copy has come or gone, so these figures are never older than a StateSnapshot that was seen.
   */
  public List<Pool> now() {
    return client
        .configMaps()
        .inNamespace(settings.namespace())
        .withLabel(LABEL)
        .list()
        .getItems()
        .stream()
        .map(Pools::read)
        .flatMap(Optional::stream)
        .toList();
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
              Long.parseLong(data.getOrDefault("usedBytes", "0")),
              byNamespace(data),
              Boolean.parseBoolean(data.getOrDefault("needsParents", "false")),
              Instant.parse(data.getOrDefault("reportTime", ""))));
    } catch (NumberFormatException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Long> byNamespace(Map<String, String> data) {
    Map<String, Long> bytes = new TreeMap<>();
    data.forEach((key, value) -> {
      if (key.startsWith(USED)) {
        bytes.put(key.substring(USED.length()), Long.parseLong(value));
      }
    });
    return bytes;
  }
}
