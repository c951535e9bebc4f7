package io.taidon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.core.state.StateId;
import io.taidon.crds.ApiServer;
import io.taidon.crds.OnApiServer;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a real API server, which decides who was first. */
@OnApiServer
class DeletionTest {
  private static final String ID = Names.sha256("a state");

  @Test
  void what_was_built_since_it_was_seen_stays_and_what_was_not_goes(ApiServer server) {
    try (KubernetesClient client = server.client()) {
      StateSnapshot abandoned = client.resource(snapshot()).create();
      abandoned.getMetadata().setAnnotations(Map.of("changed", "meanwhile"));
      StateSnapshot since = client.resource(abandoned).update();
      abandoned.getMetadata().setAnnotations(null);

      Deletion.unlessChanged(client, abandoned);
      assertThat(client.resource(abandoned).get()).isEqualTo(since);

      Deletion.unlessChanged(client, since);
      assertThat(client.resource(abandoned).get()).isNull();
    }
  }

  private static StateSnapshot snapshot() {
    StateSnapshot snapshot = new StateSnapshot();
    snapshot.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.snapshot(new StateId(ID)))
            .withNamespace("default")
            .build());
    snapshot.setSpec(
        new StateSnapshotSpec(
            ID, null, new StateSnapshotSpec.Engine("17.11", ID, null), null, null, null));
    return snapshot;
  }
}
