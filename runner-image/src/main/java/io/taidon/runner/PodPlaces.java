package io.taidon.runner;

import java.nio.file.Path;

/**
 * Where things lie in a pod, as the operator mounts them.
 *
 * @param source a ConfigMap or a volume with sources
 * @param credentials of the source
 * @param workspace where sources are brought to; read-only once they are there
 * @param state the volume of the node plugin
 * @param scratch temporary files and sockets
 * @param result where Kubernetes reads how a container ended
 * @param postgres the image's server
 * @param memory what the image's build worked out once, such as the digest of the server
 */
public record PodPlaces(
    Path source,
    Path credentials,
    Path workspace,
    Path state,
    Path scratch,
    Path result,
    Path postgres,
    Path memory) {
  /** The places in a pod. */
  public static final PodPlaces IN_POD =
      new PodPlaces(
          Path.of("/source"),
          Path.of("/credentials"),
          Path.of("/workspace"),
          Path.of("/state"),
          Path.of("/tmp"),
          Path.of("/dev/termination-log"),
          Path.of("/opt/taidon/postgres"),
          Path.of("/opt/taidon/memory"));

  /** The sources themselves: beside the record of where they come from, which they cannot forge. */
  public Path files() {
    return workspace.resolve("files");
  }

  /** The commit or checksum that the sources were resolved to. */
  public Path revision() {
    return workspace.resolve("revision");
  }
}
