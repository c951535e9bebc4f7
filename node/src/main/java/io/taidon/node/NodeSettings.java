package io.taidon.node;

import io.taidon.node.name.Namespace;
import io.taidon.node.name.Refusals;
import io.taidon.node.pool.PoolSetting;
import io.taidon.node.upkeep.Upkeep.Graces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the plugin is told.
 *
 * @param node the name of its Node object
 * @param namespace where it reports its pools
 * @param kubelet the kubelet's directory, at the same path as the kubelet sees it
 * @param port of metrics and health
 * @param interval between looks at everything
 */
public record NodeSettings(
    String node,
    Namespace namespace,
    List<PoolSetting> pools,
    Path kubelet,
    int port,
    Duration interval,
    Graces graces) {
  private static final int HIGHEST_PORT = 65535;

  /**
   * Reads {@code TAIDON_NODE_NAME}, {@code TAIDON_NAMESPACE}, {@code TAIDON_POOLS}, {@code
   * TAIDON_KUBELET_DIRECTORY} and {@code TAIDON_PORT}.
   */
  public static NodeSettings of(Map<String, String> environment) {
    String node = environment.getOrDefault("TAIDON_NODE_NAME", "");
    if (!node.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
      throw Refusals.invalid("TAIDON_NODE_NAME must be the name of this node.");
    }
    return new NodeSettings(
        node,
        new Namespace(environment.getOrDefault("TAIDON_NAMESPACE", "taidon-system")),
        PoolSetting.parse(environment.getOrDefault("TAIDON_POOLS", "default=/var/lib/taidon")),
        Path.of(environment.getOrDefault("TAIDON_KUBELET_DIRECTORY", "/var/lib/kubelet"))
            .toAbsolutePath()
            .normalize(),
        port(environment.getOrDefault("TAIDON_PORT", "9808")),
        Duration.ofMinutes(1),
        Graces.USUAL);
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > HIGHEST_PORT) {
      throw Refusals.invalid("TAIDON_PORT must be a TCP port.");
    }
    return Integer.parseInt(text);
  }
}
