package io.taidon.gateway.directory.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.taidon.gateway.directory.InstanceReference;
import java.util.Optional;

/** Which DbInstance. */
record InstanceKey(String namespace, String name) {

  static InstanceKey of(HasMetadata resource) {
    return new InstanceKey(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
  }

  /** {@code NAME.NAMESPACE}, or {@code NAME} where there is a default namespace. */
  static Optional<InstanceKey> of(InstanceReference reference, Optional<String> defaultNamespace) {
    return of(reference.text())
        .or(() -> defaultNamespace.map(namespace -> new InstanceKey(namespace, reference.text())));
  }

  /** The key of an id; empty if it is none. */
  static Optional<InstanceKey> of(String id) {
    int dot = id.lastIndexOf('.'); // a namespace has no dots
    return dot < 0
        ? Optional.empty()
        : Optional.of(new InstanceKey(id.substring(dot + 1), id.substring(0, dot)));
  }

  /** What sessions and metrics are filed under. */
  String id() {
    return name + "." + namespace;
  }
}
