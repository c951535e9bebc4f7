package io.taidon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.taidon.crds.ApiServer;
import io.taidon.crds.OnApiServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a real API server, which says why it refuses. */
@OnApiServer
class CreationTest {
  private static final String GOING = "going";

  @Test
  void makes_what_is_not_there_and_fails_only_where_that_will_help(ApiServer server) {
    try (KubernetesClient client = server.client();
        KubernetesClient nobody =
            new KubernetesClientBuilder().withConfig(server.config("nobody")).build()) {
      Creation.unlessThere(client, map("default", "first"));
      Creation.unlessThere(client, map("default", "second"));
      assertThat(client.resource(map("default", "")).get().getData()).containsEntry("by", "first");

      // Nothing ends the deletion: there is only an API server.
      Namespace going =
          new NamespaceBuilder().withNewMetadata().withName(GOING).endMetadata().build();
      client.resource(going).create();
      client.resource(going).delete();
      Creation.unlessThere(client, map(GOING, "late"));
      assertThat(client.resource(map(GOING, "")).get()).isNull();

      assertThatThrownBy(() -> Creation.unlessThere(nobody, map("kube-system", "nobody")))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("cannot create resource");
    }
  }

  private static ConfigMap map(String namespace, String by) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("wanted")
        .withNamespace(namespace)
        .endMetadata()
        .withData(Map.of("by", by))
        .build();
  }
}
