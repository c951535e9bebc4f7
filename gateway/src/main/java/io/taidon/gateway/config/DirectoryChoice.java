package io.taidon.gateway.config;

import io.taidon.gateway.directory.kubernetes.ClusterSettings;
import java.nio.file.Path;

/** Where a gateway that runs by itself learns of instances. */
public sealed interface DirectoryChoice {
  /** From a file. */
  record File(Path file) implements DirectoryChoice {}

  /** From a cluster's API. */
  record Kubernetes(ClusterSettings settings) implements DirectoryChoice {}

  /** The kinds there are, as the setting names them. */
  enum Kind {
    FILE,
    KUBERNETES
  }
}
