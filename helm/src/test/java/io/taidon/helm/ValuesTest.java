package io.taidon.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each value there is changes something. */
class ValuesTest {
  /** Makes visible what hides behind a default; its secret is not random. */
  private static final String BASE =
      """
      gateway:
        sharedSecretName: mine
        service: {type: NodePort}
      """;

  private static final String RENDERED = Chart.text("1.30.0", BASE);

  /** Another value for each. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("crds.install", "false"),
          Map.entry("image.registry", "mirror.example.com"),
          Map.entry("image.tag", "\"9\""),
          Map.entry("image.pullPolicy", "Always"),
          Map.entry("image.pullSecret", "pull"),
          Map.entry("operator.repository", "x/y"),
          Map.entry("operator.replicas", "3"),
          Map.entry("operator.resources", "{requests: {cpu: 1}, limits: {memory: 1Gi}}"),
          Map.entry("operator.nodeSelector", "{a: b}"),
          Map.entry("operator.tolerations", "[{operator: Exists}]"),
          Map.entry("operator.postgres", "18"),
          Map.entry("operator.job.deadline", "2h"),
          Map.entry("operator.job.retries", "3"),
          Map.entry("operator.instance.ttl", "2h"),
          Map.entry("operator.instance.maxTtl", "48h"),
          Map.entry("operator.instance.idleTimeout", "1m"),
          Map.entry("operator.poolReserve", "1"),
          Map.entry("operator.cache.policy", "lru"),
          Map.entry("operator.cache.maxBytes", "1073741824"),
          Map.entry("operator.cache.reserveBytes", "0"),
          Map.entry("operator.cache.highWatermark", "0.95"),
          Map.entry("operator.cache.lowWatermark", "0.5"),
          Map.entry("operator.cache.minStateAge", "0s"),
          Map.entry("operator.cache.retention", "30d"),
          Map.entry("operator.cache.namespaceMaxBytes", "1073741824"),
          Map.entry("operator.cache.namespaces", "{team-a: 1073741824}"),
          Map.entry("operator.cache.pools", "{fast: {maxBytes: 1073741824, reserveBytes: 0}}"),
          Map.entry("operator.cache.remember", "1h"),
          Map.entry("operator.cache.rememberStates", "5"),
          Map.entry("runner.images", "{\"17\": x/y:17}"),
          Map.entry("node.repository", "x/y"),
          Map.entry("node.pools", "[{class: fast, path: /fast}]"),
          Map.entry("node.kubeletDirectory", "/var/lib/k0s/kubelet"),
          Map.entry("node.resources", "{requests: {cpu: 1}, limits: {memory: 1Gi}}"),
          Map.entry("node.nodeSelector", "{a: b}"),
          Map.entry("node.tolerations", "[{operator: Exists}]"),
          Map.entry("gateway.repository", "x/y"),
          Map.entry("gateway.replicas", "3"),
          Map.entry("gateway.listenHost", "\"::\""),
          Map.entry("gateway.resources", "{requests: {cpu: 1}, limits: {memory: 1Gi}}"),
          Map.entry("gateway.nodeSelector", "{a: b}"),
          Map.entry("gateway.tolerations", "[{operator: Exists}]"),
          Map.entry("gateway.host", "db.example.com"),
          Map.entry("gateway.service.type", "LoadBalancer"),
          Map.entry("gateway.service.port", "6432"),
          Map.entry("gateway.service.nodePort", "30432"),
          Map.entry("gateway.service.annotations", "{a: b}"),
          Map.entry("gateway.service.externalTrafficPolicy", "Cluster"),
          Map.entry("gateway.namespaces", "[a]"),
          Map.entry("gateway.defaultNamespace", "a"),
          Map.entry("gateway.tls.secretName", "certificate"),
          Map.entry("gateway.tls.required", "true"),
          Map.entry("gateway.tls.domains", "[db.example.com]"),
          Map.entry("gateway.tokens.jwksSecretName", "keys"),
          Map.entry("gateway.tokens.audience", "me"),
          Map.entry("gateway.sharedSecretName", "yours"),
          Map.entry("gateway.proxyNetworks", "[10.0.0.0/8]"),
          Map.entry("gateway.settings", "{wake.hold: 70s}"),
          Map.entry("gateway.drainSeconds", "60"),
          Map.entry("networkPolicies.namespaces", "[a]"));

  @Test
  void there_is_another_for_each_and_no_more() throws IOException {
    Rendered values =
        Chart.parse(Files.readString(Chart.DIRECTORY.resolve("values.yaml"))).getFirst();
    List<String> paths = new ArrayList<>();
    leaves("", values.fields(), paths);
    assertThat(paths).containsExactlyInAnyOrderElementsOf(OTHERS.keySet());
  }

  static Stream<Arguments> others() {
    return new TreeMap<>(OTHERS)
        .entrySet().stream().map(other -> Arguments.of(other.getKey(), other.getValue()));
  }

  @ParameterizedTest
  @MethodSource("others")
  void is_used(String path, String other) {
    String[] keys = path.split("\\.");
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < keys.length; i++) {
      values.append("  ".repeat(i)).append(keys[i]).append(':');
      values.append(i == keys.length - 1 ? " " + other : "").append('\n');
    }
    assertThat(Chart.text("1.30.0", Values.merged(BASE, values.toString()))).isNotEqualTo(RENDERED);
  }

  private static void leaves(String prefix, Map<String, Object> values, List<String> into) {
    values.forEach((key, value) -> {
      String path = prefix + key;
      boolean whole = List.of("resources", "images").contains(key);
      if (!whole && value instanceof Map<?, ?> map && !map.isEmpty()) {
        leaves(path + ".", new Rendered(Map.of("it", value)).map("it"), into);
      } else {
        into.add(path);
      }
    });
  }
}
