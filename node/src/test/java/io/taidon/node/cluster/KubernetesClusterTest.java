package io.taidon.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.taidon.core.state.StateId;
import io.taidon.crds.ApiServer;
import io.taidon.crds.OnApiServer;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Announcement;
import io.taidon.crds.v1alpha1.DbInstanceStatusBuilder;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotSpec;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two nodes talk to a real API server, with no right but those that the README names. */
@OnApiServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubernetesClusterTest {
  private static final Namespace TEAM = new Namespace("team-a");
  private static final StateId ID = new StateId("ab".repeat(32));
  private static final String NAME = "s-" + "ab".repeat(16);
  private static final String SEALED = "2026-11-25T00:00:00Z";
  private static final String USER = "node-plugin";

  @SuppressWarnings("NullAway.Init")
  private KubernetesClient admin;

  @SuppressWarnings("NullAway.Init")
  private KubernetesCluster one;

  @SuppressWarnings("NullAway.Init")
  private KubernetesCluster two;

  @BeforeAll
  void start(ApiServer server) {
    admin = server.client();
    for (String namespace : List.of("team-a", "taidon-system")) {
      admin
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
    allow();
    one = cluster(server, "node-1");
    two = cluster(server, "node-2");
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> one.isReady() && two.isReady());
  }

  private static KubernetesCluster cluster(ApiServer server, String node) {
    return new KubernetesCluster(
        new KubernetesClientBuilder().withConfig(server.config(USER)).build(),
        node,
        "taidon-system");
  }

  private void allow() {
    admin
        .rbac()
        .clusterRoles()
        .resource(
            new io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder()
                .withNewMetadata()
                .withName(USER)
                .endMetadata()
                .withRules(
                    rule("taidon.io", List.of("statesnapshots", "dbinstances"), "get,list,watch"),
                    rule(
                        "taidon.io",
                        List.of("statesnapshots/status", "dbinstances/status"),
                        "patch"),
                    rule("", List.of("pods"), "get,list,watch"))
                .build())
        .create();
    admin
        .rbac()
        .clusterRoleBindings()
        .resource(
            new io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(USER)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", USER)
                .addNewSubject("rbac.authorization.k8s.io", "User", USER, null)
                .build())
        .create();
    admin
        .rbac()
        .roles()
        .inNamespace("taidon-system")
        .resource(
            new io.fabric8.kubernetes.api.model.rbac.RoleBuilder()
                .withNewMetadata()
                .withName(USER)
                .endMetadata()
                .withRules(rule("", List.of("configmaps"), "create,patch"))
                .build())
        .create();
    admin
        .rbac()
        .roleBindings()
        .inNamespace("taidon-system")
        .resource(
            new io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder()
                .withNewMetadata()
                .withName(USER)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", USER)
                .addNewSubject("rbac.authorization.k8s.io", "User", USER, null)
                .build())
        .create();
  }

  private static PolicyRule rule(String group, List<String> resources, String verbs) {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resources)
        .withVerbs(verbs.split(",", -1))
        .build();
  }

  @AfterAll
  void stop() {
    one.close();
    two.close();
    admin.close();
  }

  @Test
  void nodesWriteAndRemoveTheirOwnEntriesOnly() {
    AtomicInteger calls = new AtomicInteger();
    one.onChange(calls::incrementAndGet);
    assertThat(one.isStateGone(TEAM, ID)).isTrue();
    one.putLocation(TEAM, ID, location("node-1", 1)); // there is none: nothing happens
    StateSnapshot snapshot = new StateSnapshot();
    snapshot.getMetadata().setName(NAME);
    snapshot.getMetadata().setNamespace(TEAM.text());
    snapshot.getMetadata().setFinalizers(List.of("taidon.io/pool"));
    snapshot.setSpec(
        new StateSnapshotSpec(
            ID.hex(),
            null,
            new StateSnapshotSpec.Engine("17.11", ID.hex(), null),
            null,
            null,
            null));
    admin.resource(snapshot).create();
    Awaitility.await()
        .until(() ->
            one.states().equals(List.of(new KnownState(TEAM, ID, false, false, Optional.empty()))));
    assertThat(calls).hasPositiveValue();
    one.putLocation(TEAM, ID, location("node-1", 10));
    two.putLocation(TEAM, ID, location("node-2", 20));
    one.putLocation(TEAM, ID, location("node-1", 11));
    assertThat(locations())
        .containsExactlyInAnyOrder(location("node-1", 11), location("node-2", 20));
    Awaitility.await()
        .until(() ->
            one.states().equals(List.of(new KnownState(TEAM, ID, false, true, Optional.empty()))));
    evict("node-1");
    Awaitility.await()
        .until(() ->
            one.states()
                .equals(List.of(new KnownState(TEAM, ID, false, true, Optional.of(SEALED)))));
    assertThat(two.states())
        .containsExactly(new KnownState(TEAM, ID, false, true, Optional.empty()));
    assertThat(one.isEvicted(TEAM, ID, SEALED)).isTrue();
    assertThat(one.isEvicted(TEAM, ID, "2026-11-26T00:00:00Z")).isFalse();
    assertThat(two.isEvicted(TEAM, ID, SEALED)).isFalse();
    one.removeLocation(TEAM, ID);
    assertThat(locations()).containsExactly(location("node-2", 20));
    evict();
    Awaitility.await()
        .until(() ->
            one.states().equals(List.of(new KnownState(TEAM, ID, false, false, Optional.empty()))));
    admin.resource(snapshot).delete();
    Awaitility.await()
        .until(() ->
            one.states().equals(List.of(new KnownState(TEAM, ID, true, false, Optional.empty()))));
    assertThat(one.isStateGone(TEAM, ID)).isFalse();
    assertThat(one.isEvicted(TEAM, ID, SEALED)).isFalse();
    two.removeLocation(TEAM, ID);
    assertThat(locations()).isEmpty();
    admin
        .resources(StateSnapshot.class)
        .inNamespace(TEAM.text())
        .withName(NAME)
        .edit(s -> {
          s.getMetadata().setFinalizers(List.of());
          return s;
        });
    Awaitility.await().until(() -> one.states().isEmpty());
    assertThat(one.isStateGone(TEAM, ID)).isTrue();
  }

  @Test
  void nodeSaysWhereTheServerOfAStartIs() {
    DbInstance created = createInstance();
    Uid uid = new Uid(created.getMetadata().getUid());
    Awaitility.await().until(() -> one.knowsInstance(TEAM, uid));
    one.announce(TEAM, uid, "10.1.2.3:5432"); // nobody has asked for a start
    assertThat(admin.resource(created).get().getStatus()).isNull();

    created.setStatus(new DbInstanceStatusBuilder().withStart("2026-11-28T12:00:00Z").build());
    DbInstance started = admin.resource(created).subresource("status").update();
    Awaitility.await()
        .untilAsserted(() -> {
          one.announce(TEAM, uid, "10.1.2.3:5432");
          assertThat(admin.resource(created).get().getStatus().announcement())
              .isEqualTo(new Announcement("2026-11-28T12:00:00Z", "10.1.2.3:5432"));
        });
    assertThat(admin.resource(created).get().getStatus().timeline())
        .isEqualTo(started.getStatus().timeline());

    admin.resource(created).delete();
    Awaitility.await().until(() -> !one.knowsInstance(TEAM, uid));
    one.announce(TEAM, uid, "10.1.2.3:5432");
  }

  private DbInstance createInstance() {
    DbInstance instance = new DbInstance();
    instance.getMetadata().setName("shop");
    instance.getMetadata().setNamespace(TEAM.text());
    instance.setSpec(
        new DbInstanceSpec(
            new DbInstanceSpec.From(ID.hex(), null, null), null, null, null, null, null));
    return admin.resource(instance).create();
  }

  private static Location location(String node, long bytes) {
    return new Location(node, "btrfs", bytes, bytes, SEALED);
  }

  /** As the operator does: these copies and no others must go. */
  private void evict(String... nodes) {
    StateSnapshot said = new StateSnapshot();
    said.getMetadata().setName(NAME);
    said.getMetadata().setNamespace(TEAM.text());
    said.setStatus(
        StateSnapshotStatus.ofCache(
            List.of(),
            Arrays.stream(nodes)
                .map(node ->
                    new StateSnapshotStatus.Eviction(node, SEALED, "Expired", null, 1L, 1L, 1L))
                .toList(),
            null));
    admin
        .resource(said)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("taidon-operator-cache")
                .withForce(true)
                .build());
  }

  private List<Location> locations() {
    StateSnapshot snapshot =
        admin.resources(StateSnapshot.class).inNamespace(TEAM.text()).withName(NAME).get();
    return snapshot.getStatus() == null || snapshot.getStatus().locations() == null
        ? List.of()
        : snapshot.getStatus().locations();
  }

  @Test
  void seesInstancesAndThePodsOfItsOwnNode() {
    DbInstance instance = createInstance();
    Uid uid = new Uid(instance.getMetadata().getUid());
    Awaitility.await().until(() -> one.knowsInstance(TEAM, uid));
    assertThat(one.isInstanceGone(TEAM, uid)).isFalse();
    assertThat(one.knowsInstance(new Namespace("default"), uid)).isFalse();
    admin.resource(instance).delete();
    Awaitility.await().until(() -> !one.knowsInstance(TEAM, uid));
    assertThat(one.isInstanceGone(TEAM, uid)).isTrue();

    admin
        .serviceAccounts()
        .inNamespace(TEAM.text())
        .resource(
            new io.fabric8.kubernetes.api.model.ServiceAccountBuilder()
                .withNewMetadata()
                .withName("default")
                .endMetadata()
                .build())
        .create();
    Pod pod =
        admin
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName("builder")
                    .withNamespace(TEAM.text())
                    .endMetadata()
                    .withNewSpec()
                    .withNodeName("node-1")
                    .withAutomountServiceAccountToken(false)
                    .addNewContainer()
                    .withName("c")
                    .withImage("i")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    Uid podUid = new Uid(pod.getMetadata().getUid());
    Awaitility.await().until(() -> one.knowsPod(TEAM, podUid));
    assertThat(two.knowsPod(TEAM, podUid)).isFalse();
    assertThat(one.isPodGone(TEAM, "builder", podUid)).isFalse();
    assertThat(one.isPodGone(TEAM, "builder", uid)).isTrue();
    admin.resource(pod).withGracePeriod(0).delete();
    Awaitility.await().until(() -> !one.knowsPod(TEAM, podUid));
    assertThat(one.isPodGone(TEAM, "builder", podUid)).isTrue();
  }

  @Test
  void reportsItsPoolsAndMayDoNothingElse(ApiServer server) {
    one.report("default", Map.of("node", "node-1", "freeBytes", "1"));
    one.report("default", Map.of("node", "node-1", "freeBytes", "2"));
    one.report("fast", Map.of("node", "node-1", "freeBytes", "3"));
    var maps =
        admin.configMaps().inNamespace("taidon-system").withLabel("taidon.io/pool", "default");
    assertThat(maps.list().getItems())
        .singleElement()
        .satisfies(map -> {
          assertThat(map.getMetadata().getName()).isEqualTo("pool-node-1");
          assertThat(map.getData()).containsEntry("freeBytes", "2");
        });
    assertThat(admin.configMaps().inNamespace("taidon-system").withName("pool-node-1-fast").get())
        .isNotNull();
    try (KubernetesClient plugin =
        new KubernetesClientBuilder().withConfig(server.config(USER)).build()) {
      assertThatThrownBy(() -> plugin.secrets().inNamespace(TEAM.text()).list())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("forbidden");
    }
  }
}
