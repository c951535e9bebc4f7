package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** The Taidon that is installed in a cluster, by the labels of its chart. */
public final class Installation {
  private static final String LEASE = "taidon-operator";

  private final KubernetesClient client;
  private final String namespace;

  private Installation(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * The installation in namespace {@code TAIDON_E2E_NAMESPACE}, by default {@code taidon-system}.
   *
   * @throws IllegalStateException if there is none
   */
  public static Installation of(KubernetesClient client) {
    String namespace =
        Optional.ofNullable(System.getenv("TAIDON_E2E_NAMESPACE"))
            .filter(text -> !text.isBlank())
            .orElse("taidon-system");
    Installation installation = new Installation(client, namespace);
    for (Component component : Component.values()) {
      if (installation.pods(component).isEmpty()) {
        throw new IllegalStateException(
            "No "
                + component.label()
                + " of Taidon is in namespace "
                + namespace
                + ": install the chart first (docs/install.md), or name its namespace with"
                + " TAIDON_E2E_NAMESPACE.");
      }
    }
    return installation;
  }

  public String namespace() {
    return namespace;
  }

  /** What the operator is told of this key. */
  public Optional<String> setting(String key) {
    String prefix = key + "=";
    return client
        .configMaps()
        .inNamespace(namespace)
        .withName("taidon-operator")
        .require()
        .getData()
        .values()
        .stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .findFirst();
  }

  /** The pods of a part, those that are going away too. */
  public List<Pod> pods(Component component) {
    return client.pods().inNamespace(namespace).withLabels(labels(component)).list().getItems();
  }

  static Map<String, String> labels(Component component) {
    return Map.of(
        "app.kubernetes.io/name", "taidon", "app.kubernetes.io/component", component.label());
  }

  /** Waits until every pod of every part is ready and an operator leads. */
  public void awaitReady() {
    for (Component component : Component.values()) {
      Patience.await("every " + component.label() + " is ready")
          .until(() -> isReady(pods(component), wanted(component)));
    }
    Patience.await("a pool report of every node")
        .until(() ->
            client
                    .configMaps()
                    .inNamespace(namespace)
                    .withLabel("taidon.io/pool")
                    .list()
                    .getItems()
                    .size()
                >= nodes().size());
    Patience.await("an operator leads")
        .until(() -> leader().filter(name -> names(Component.OPERATOR).contains(name)).isPresent());
  }

  private static boolean isReady(List<Pod> pods, int wanted) {
    return pods.size() == wanted
        && pods.stream()
            .allMatch(pod ->
                pod.getMetadata().getDeletionTimestamp() == null && Readiness.isPodReady(pod));
  }

  private int wanted(Component component) {
    return switch (component) {
      case OPERATOR ->
          client
              .apps()
              .deployments()
              .inNamespace(namespace)
              .withLabels(labels(component))
              .list()
              .getItems()
              .stream()
              .mapToInt(d -> d.getSpec().getReplicas())
              .sum();
      case NODE ->
          client
              .apps()
              .daemonSets()
              .inNamespace(namespace)
              .withLabels(labels(component))
              .list()
              .getItems()
              .stream()
              .mapToInt(d -> d.getStatus().getDesiredNumberScheduled())
              .sum();
      case GATEWAY ->
          client
              .apps()
              .statefulSets()
              .inNamespace(namespace)
              .withLabels(labels(component))
              .list()
              .getItems()
              .stream()
              .mapToInt(s -> s.getSpec().getReplicas())
              .sum();
    };
  }

  private List<String> names(Component component) {
    return pods(component).stream().map(pod -> pod.getMetadata().getName()).toList();
  }

  /** The operator's pod that leads, by its lease. */
  public Optional<String> leader() {
    return Optional.ofNullable(client.leases().inNamespace(namespace).withName(LEASE).get())
        .map(lease -> lease.getSpec().getHolderIdentity())
        .filter(name -> !name.isEmpty());
  }

  /** The nodes with a pool. */
  public TreeSet<String> nodes() {
    TreeSet<String> nodes = new TreeSet<>();
    pods(Component.NODE).stream()
        .map(pod -> pod.getSpec().getNodeName())
        .filter(Objects::nonNull)
        .forEach(nodes::add);
    return nodes;
  }

  /** The directories of the pools, the same on every node. */
  public List<String> poolDirectories() {
    return environment("TAIDON_POOLS")
        .orElseThrow()
        .lines()
        .flatMap(all -> List.of(all.split(",", -1)).stream())
        .map(pool -> pool.substring(pool.indexOf('=') + 1).replaceFirst(":.*", ""))
        .toList();
  }

  private Optional<String> environment(String name) {
    return pods(Component.NODE).getFirst().getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals(name))
        .map(variable -> variable.getValue())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The image of the node plugin, which is on every node with a pool and runs as root. */
  String nodeImage() {
    return pods(Component.NODE).getFirst().getSpec().getContainers().getFirst().getImage();
  }

  /** The image that plans, builds and serves PostgreSQL 17: {@code TAIDON_E2E_RUNNER_IMAGE}. */
  public String runnerImage() {
    return Optional.ofNullable(System.getenv("TAIDON_E2E_RUNNER_IMAGE"))
        .filter(text -> !text.isBlank())
        .or(this::configuredRunner)
        .orElse("taidon/runner:17");
  }

  private Optional<String> configuredRunner() {
    return Optional.ofNullable(
            client.configMaps().inNamespace(namespace).withName("taidon-operator").get())
        .stream()
        .flatMap(map -> map.getData().values().stream())
        .flatMap(String::lines)
        .filter(line -> line.matches("taidon\\.runner-image\\.\"?17\"?=.*"))
        .map(line -> line.substring(line.indexOf('=') + 1))
        .findFirst();
  }
}
