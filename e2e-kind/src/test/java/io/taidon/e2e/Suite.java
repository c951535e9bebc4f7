package io.taidon.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.e2e.cluster.Hands;
import io.taidon.e2e.cluster.Installation;
import io.taidon.e2e.cluster.TestCluster;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.InsidePod;
import io.taidon.e2e.connect.Outside;

/**
 * What all scenarios share: the cluster, the Taidon in it, hands on its nodes and a client outside.
 */
record Suite(TestCluster cluster, Installation taidon, Hands hands, Outside outside)
    implements AutoCloseable {
  static Suite on(TestCluster cluster) {
    try {
      Installation taidon = Installation.of(cluster.client());
      taidon.awaitReady();
      return new Suite(
          cluster,
          taidon,
          Hands.on(cluster.client(), taidon),
          new Outside(cluster.client(), taidon));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  KubernetesClient client() {
    return cluster.client();
  }

  InsidePod insidePod(TestNamespace in) {
    return new InsidePod(in, taidon.runnerImage());
  }

  @Override
  public void close() {
    hands.close();
    cluster.close();
  }
}
