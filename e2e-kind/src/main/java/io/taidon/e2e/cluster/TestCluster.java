package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** The cluster that the suite runs on: one that exists, or K3s in a container. */
public final class TestCluster implements AutoCloseable {
  private final KubernetesClient client;
  private final Optional<K3s> own;

  private TestCluster(KubernetesClient client, Optional<K3s> own) {
    this.client = client;
    this.own = own;
  }

  /** Whether there is a cluster. */
  public sealed interface Found {
    /** There is one, and it answers. */
    record Here(TestCluster cluster) implements Found {}

    /** There is none. */
    record Nowhere(String why) implements Found {}
  }

  /**
   * The cluster that {@code KUBECONFIG} names, else K3s where a container runtime is there.
   *
   * @throws IllegalStateException if the named cluster does not answer: somebody meant it to be
   *     used
   */
  public static Found find() {
    String file = System.getenv("KUBECONFIG");
    if (file != null && !file.isEmpty()) {
      return new Found.Here(answering(new TestCluster(client(Optional.empty()), Optional.empty())));
    }
    return switch (K3s.find()) {
      case K3s.Found.Here here ->
          new Found.Here(
              answering(
                  new TestCluster(
                      client(Optional.of(here.k3s().kubeconfig())), Optional.of(here.k3s()))));
      case K3s.Found.Nowhere nowhere ->
          new Found.Nowhere("KUBECONFIG names no cluster, and " + nowhere.why());
    };
  }

  private static KubernetesClient client(Optional<String> kubeconfig) {
    Config config =
        kubeconfig.map(Config::fromKubeconfig).orElseGet(() -> Config.autoConfigure(null));
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static TestCluster answering(TestCluster cluster) {
    try {
      cluster.client.getKubernetesVersion();
      return cluster;
    } catch (KubernetesClientException e) {
      String where = cluster.client.getMasterUrl().toString();
      cluster.close();
      throw new IllegalStateException("The cluster at " + where + " does not answer.", e);
    }
  }

  /** A client that may do everything. */
  public KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    own.ifPresent(K3s::close);
  }
}
