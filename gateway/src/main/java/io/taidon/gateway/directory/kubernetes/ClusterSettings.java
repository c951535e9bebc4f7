package io.taidon.gateway.directory.kubernetes;

import java.util.List;
import java.util.Optional;

/**
 * Which instances of the cluster a gateway serves, and as whom.
 *
 * @param namespaces those whose instances it serves; empty for all
 * @param defaultNamespace where an instance is that is named without a namespace; empty if such a
 *     name means nothing
 * @param replica the gateway's name, unique among those of the cluster and the same after a
 *     restart: entries of names that never come back would fill a status
 */
public record ClusterSettings(
    List<String> namespaces, Optional<String> defaultNamespace, String replica) {
  public ClusterSettings {
    namespaces = List.copyOf(namespaces);
  }
}
