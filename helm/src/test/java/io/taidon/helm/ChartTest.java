package io.taidon.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart promises, on what it renders. */
class ChartTest {
  private static final List<Rendered> STANDARD = Chart.objects("{}");
  private static final Path CRDS = Path.of("../crds/src/main/resources/crds");

  @Test
  void lints() {
    LintResult result = Chart.lint();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void has_the_crds_byte_for_byte() throws IOException {
    Path copies = Chart.DIRECTORY.resolve("files/crds");
    try (Stream<Path> files = Files.list(CRDS)) {
      for (Path crd : files.toList()) {
        Path copy = copies.resolve(crd.getFileName());
        if (Boolean.getBoolean("helm.update")) {
          Files.writeString(copy, Files.readString(crd));
        }
        assertThat(copy)
            .as("update the chart's CRDs with -Dhelm.update=true")
            .hasSameTextualContentAs(crd);
      }
    }
  }

  @Test
  void crds_stay_when_the_chart_goes() throws IOException {
    List<Rendered> crds = ofKind(STANDARD, "CustomResourceDefinition");
    try (Stream<Path> files = Files.list(CRDS)) {
      assertThat(crds).hasSize((int) files.count());
    }
    for (Rendered crd : crds) {
      assertThat(crd.at("metadata", "annotations", "helm.sh/resource-policy")).isEqualTo("keep");
      Path source = CRDS.resolve(crd.name() + ".yaml");
      Rendered original = Chart.parse(Files.readString(source)).getFirst();
      assertThat(Values.plain(crd.at("spec"))).isEqualTo(Values.plain(original.at("spec")));
    }
    assertThat(ofKind(Chart.objects("crds: {install: false}"), "CustomResourceDefinition"))
        .isEmpty();
  }

  @Test
  void only_the_node_plugin_has_privilege() {
    for (Rendered workload : workloads(STANDARD)) {
      Rendered pod = workload.pod();
      boolean node = workload.name().equals("taidon-node");
      for (Rendered container : pod.list("containers")) {
        assertThat(Boolean.TRUE.equals(container.at("securityContext", "privileged")))
            .as(workload.title())
            .isEqualTo(node);
        assertThat(container.at("securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
        if (!node) {
          assertThat(container.at("securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
          assertThat(container.at("securityContext", "capabilities", "drop"))
              .isEqualTo(List.of("ALL"));
        }
      }
      assertThat(pod.list("volumes").stream().anyMatch(volume -> volume.at("hostPath") != null))
          .isEqualTo(node);
      assertThat(pod.at("hostPID")).isNull();
      assertThat(pod.at("hostNetwork")).isNull();
      if (!node) {
        assertThat(pod.at("securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(pod.at("securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
      }
    }
  }

  /** A Service `taidon-gateway` would give every pod a TAIDON_GATEWAY_PORT that is no setting. */
  @Test
  void no_service_becomes_a_setting() {
    for (Rendered workload : workloads(STANDARD)) {
      assertThat(workload.pod().at("enableServiceLinks")).as(workload.title()).isEqualTo(false);
    }
  }

  @Test
  void every_container_has_resources() {
    for (Rendered workload : workloads(STANDARD)) {
      for (Rendered container : workload.pod().list("containers")) {
        assertThat(container.at("resources", "requests", "cpu")).as(workload.title()).isNotNull();
        assertThat(container.at("resources", "requests", "memory")).isNotNull();
        assertThat(container.at("resources", "limits", "memory")).isNotNull();
      }
    }
  }

  @Test
  void every_image_is_ours_and_can_be_mirrored() {
    String mirrored = "image: {registry: mirror.example.com/x/, tag: \"9\"}";
    List<Rendered> objects = Chart.objects(mirrored);
    assertThat(images(objects))
        .containsExactlyInAnyOrder(
            "mirror.example.com/x/taidon/operator:9",
            "mirror.example.com/x/taidon/node:9",
            "mirror.example.com/x/taidon/gateway:9");
    assertThat(settings(objects, "taidon-operator"))
        .contains("taidon.runner-image.17=mirror.example.com/x/taidon/runner:17\n")
        .contains("taidon.runner-image.18=mirror.example.com/x/taidon/runner:18\n");
    assertThat(images(STANDARD)).allMatch(image -> image.endsWith(":0.1.0"));
  }

  @Test
  void rights_are_exactly_these() throws IOException {
    StringBuilder rights = new StringBuilder();
    for (Rendered role : STANDARD) {
      if (role.kind().equals("ClusterRole") || role.kind().equals("Role")) {
        rights.append(role.title()).append('\n');
        for (Rendered rule : role.list("rules")) {
          assertThat(rule.fields().keySet())
              .containsExactlyInAnyOrder("apiGroups", "resources", "verbs");
          rights.append(
              "  %s %s: %s%n"
                  .formatted(rule.at("apiGroups"), rule.at("resources"), rule.at("verbs")));
        }
      }
    }
    Path golden = Path.of("src/test/resources/rights.txt");
    if (Boolean.getBoolean("helm.update")) {
      Files.writeString(golden, rights);
    }
    assertThat(golden)
        .as("read the difference, then update it with -Dhelm.update=true")
        .hasContent(rights.toString());
  }

  @Test
  void every_rule_says_why() {
    String[] lines = Chart.templates().split("\n");
    int rules = 0;
    for (int i = 1; i < lines.length; i++) {
      if (lines[i].startsWith("  - apiGroups:")) {
        assertThat(lines[i - 1]).as(lines[i + 1]).startsWith("  # ");
        rules++;
      }
    }
    assertThat(rules).isGreaterThan(10);
  }

  @Test
  void the_gateways_tests_run_with_the_gateways_rights() throws IOException {
    Path tested =
        Path.of(
            "../gateway/src/test/resources/io/taidon/gateway/directory/kubernetes",
            "gateway-rights.yaml");
    assertThat(Chart.parse(Files.readString(tested)).getFirst().at("rules"))
        .isEqualTo(one(STANDARD, "ClusterRole", "taidon-gateway").at("rules"));
  }

  @Test
  void a_gateway_of_some_namespaces_has_rights_there_only() {
    List<Rendered> objects = Chart.objects("gateway: {namespaces: [a, b]}");
    assertThat(named(ofKind(objects, "ClusterRoleBinding"), "taidon-gateway")).isEmpty();
    assertThat(named(ofKind(objects, "RoleBinding"), "taidon-gateway"))
        .extracting(binding -> binding.at("metadata", "namespace"))
        .containsExactly("a", "b");
    assertThat(settings(objects, "taidon-gateway")).contains("directory.namespaces=a,b\n");
  }

  @Test
  void the_csi_driver_is_as_the_kubelets_need_it() {
    Rendered driver = one(STANDARD, "CSIDriver", "state.taidon.io");
    assertThat(driver.at("spec"))
        .isEqualTo(
            Map.of(
                "attachRequired",
                false,
                "podInfoOnMount",
                true,
                "fsGroupPolicy",
                "None",
                "volumeLifecycleModes",
                List.of("Ephemeral")));
  }

  @Test
  void network_policies_are_written_into_the_namespaces_named() {
    assertThat(ofKind(STANDARD, "NetworkPolicy")).isEmpty();
    List<Rendered> policies =
        ofKind(Chart.objects("networkPolicies: {namespaces: [a]}"), "NetworkPolicy");
    assertThat(policies)
        .extracting(Rendered::name)
        .containsExactlyInAnyOrder("taidon-instances", "taidon-jobs", "taidon-jobs-that-fetch");
    assertThat(policies).allMatch(policy -> policy.at("metadata", "namespace").equals("a"));
  }

  @Test
  void an_old_cluster_gets_what_it_can_have() {
    assertThat(ofKind(STANDARD, "PodDisruptionBudget")).hasSize(2);
    assertThat(ofKind(Chart.objects("1.20.2", "{}"), "PodDisruptionBudget")).isEmpty();
    assertThatThrownBy(() -> Chart.text("1.19.0", "{}")).hasMessageContaining("1.20");
  }

  /** A hook is not rendered, so it is looked at in a copy of the chart where it is none. */
  @Test
  void the_shared_secret_is_made_once_and_has_32_bytes(@TempDir Path copy) throws IOException {
    assertThat(ofKind(STANDARD, "Secret")).isEmpty();
    try (Stream<Path> files = Files.walk(Chart.DIRECTORY)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, copy.resolve("taidon").resolve(Chart.DIRECTORY.relativize(file).toString()));
      }
    }
    Path template = copy.resolve("taidon/templates/gateway.yaml");
    String hook = "helm.sh/hook: pre-install\n";
    assertThat(Files.readString(template)).containsOnlyOnce(hook);
    Files.writeString(template, Files.readString(template).replace(hook, "x: y\n"));
    List<Rendered> objects = Chart.parse(Chart.text(copy.resolve("taidon"), "1.30.0", "{}"));
    Object secret = one(objects, "Secret", "taidon-gateway-shared").at("data", "secret");
    assertThat(Base64.getDecoder().decode(secret.toString())).hasSize(32);
  }

  @Test
  void references_meet() {
    List<Rendered> objects = Chart.objects("{}");
    for (Rendered workload : workloads(objects)) {
      Rendered pod = workload.pod();
      one(objects, "ServiceAccount", pod.at("serviceAccountName").toString());
      List<Object> volumes = pod.list("volumes").stream().map(volume -> volume.at("name")).toList();
      for (Rendered container : pod.list("containers")) {
        assertThat(container.list("volumeMounts").stream().map(mount -> mount.at("name")).toList())
            .containsExactlyInAnyOrderElementsOf(volumes);
      }
      for (Rendered volume : pod.list("volumes")) {
        if (volume.at("configMap", "name") instanceof String name) {
          one(objects, "ConfigMap", name);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway: {replica: 3}",
        "gateway: {replicas: 0}",
        "gateway: {service: {type: Ingress}}",
        "gateway: {settings: {limit.sessions: 5}}",
        "node: {pools: []}",
        "node: {pools: [{class: Default, path: /x}]}",
        "node: {pools: [{class: default, path: relative}]}",
        "operator: {postgres: 9}",
        "operator: {instance: {ttl: soon}}",
        "nodes: {}"
      })
  void the_schema_refuses(String values) {
    assertThatThrownBy(() -> Chart.text("1.30.0", values)).hasMessageContaining("schema");
  }

  static Rendered one(List<Rendered> objects, String kind, String name) {
    List<Rendered> found = named(ofKind(objects, kind), name);
    assertThat(found).as(kind + "/" + name).hasSize(1);
    return found.getFirst();
  }

  private static List<Rendered> ofKind(List<Rendered> objects, String kind) {
    return objects.stream().filter(object -> object.kind().equals(kind)).toList();
  }

  private static List<Rendered> named(List<Rendered> objects, String name) {
    return objects.stream().filter(object -> object.name().equals(name)).toList();
  }

  private static List<Rendered> workloads(List<Rendered> objects) {
    List<Rendered> workloads = objects.stream().filter(Rendered::hasPods).toList();
    assertThat(workloads)
        .extracting(Rendered::title)
        .containsExactlyInAnyOrder(
            "Deployment/taidon-operator", "DaemonSet/taidon-node", "StatefulSet/taidon-gateway");
    return workloads;
  }

  private static List<String> images(List<Rendered> objects) {
    return workloads(objects).stream()
        .flatMap(workload -> workload.pod().list("containers").stream())
        .map(container -> container.at("image").toString())
        .toList();
  }

  private static String settings(List<Rendered> objects, String name) {
    Map<?, ?> data = (Map<?, ?>) one(objects, "ConfigMap", name).at("data");
    return data.values().iterator().next().toString();
  }
}
