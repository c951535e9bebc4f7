package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A privileged pod on each node with a pool, by which the suite sees what lies there and kills
 * processes without asking them. It runs the node plugin's image, which every node has.
 */
public final class Hands implements AutoCloseable {
  private final KubernetesClient client;
  private final Installation taidon;
  private final String namespace;
  private final Map<String, PodShell> shells = new TreeMap<>();

  private Hands(KubernetesClient client, Installation taidon, String namespace) {
    this.client = client;
    this.taidon = taidon;
    this.namespace = namespace;
  }

  /** Puts one on each node. */
  public static Hands on(KubernetesClient client, Installation taidon) {
    Hands hands = new Hands(client, taidon, TestNamespace.freshName("hands"));
    try {
      hands.start();
      return hands;
    } catch (RuntimeException e) {
      hands.close();
      throw e;
    }
  }

  private void start() {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels(TestNamespace.LABEL, "true")
                .addToLabels("pod-security.kubernetes.io/enforce", "privileged")
                .endMetadata()
                .build())
        .create();
    TestNamespace.awaitServiceAccount(client, namespace);
    for (String node : taidon.nodes()) {
      Pod pod = client.resource(pod(node)).create();
      shells.put(node, new PodShell(client, namespace, pod.getMetadata().getName()));
    }
    client
        .pods()
        .inNamespace(namespace)
        .resources()
        .forEach(pod -> pod.waitUntilReady(Patience.limit().toSeconds(), TimeUnit.SECONDS));
  }

  private Pod pod(String node) {
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("hand-")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withNodeName(node)
            .withHostPID(true)
            .withAutomountServiceAccountToken(false)
            .withTerminationGracePeriodSeconds(1L)
            .addNewToleration()
            .withOperator("Exists")
            .endToleration()
            .withContainers(
                new ContainerBuilder()
                    .withName("hand")
                    .withImage(taidon.nodeImage())
                    .withImagePullPolicy("IfNotPresent")
                    .withCommand("sleep", "86400")
                    .withNewSecurityContext()
                    .withPrivileged(true)
                    .withRunAsUser(0L)
                    .endSecurityContext()
                    .build())
            .endSpec();
    int number = 0;
    for (String directory : taidon.poolDirectories()) {
      String name = "pool-" + number++;
      pod.editSpec()
          .addToVolumes(
              new VolumeBuilder().withName(name).withNewHostPath(directory, "Directory").build())
          .editFirstContainer()
          .addToVolumeMounts(
              new VolumeMountBuilder()
                  .withName(name)
                  .withMountPath(directory)
                  .withMountPropagation("HostToContainer")
                  .build())
          .endContainer()
          .endSpec();
    }
    return pod.build();
  }

  /** The hand on a node. */
  public PodShell on(String node) {
    return Optional.ofNullable(shells.get(node))
        .orElseThrow(() -> new IllegalArgumentException("no hand on node " + node));
  }

  /**
   * What the pools of all nodes hold of a namespace: states and data of instances, as {@code
   * node:path}. An empty directory is nothing.
   */
  public List<String> holdings(String ofNamespace) {
    return shells.entrySet().stream()
        .flatMap(hand ->
            taidon.poolDirectories().stream()
                .flatMap(pool -> found(hand.getValue(), pool, ofNamespace).lines())
                .map(path -> hand.getKey() + ":" + path))
        .toList();
  }

  private static String found(PodShell hand, String pool, String ofNamespace) {
    return hand.run(
        "sh",
        "-c",
        "cd \"$1\" && [ ! -d \"$2\" ] || find \"$2\" -mindepth 2 -maxdepth 2; exit 0",
        "sh",
        pool,
        ofNamespace);
  }

  /** The slots on all nodes whose records name a namespace: volumes of pods, mounted or not. */
  public List<String> slots(String ofNamespace) {
    return shells.entrySet().stream()
        .flatMap(hand ->
            taidon.poolDirectories().stream()
                .flatMap(pool ->
                    hand.getValue()
                        .run(
                            "sh",
                            "-c",
                            "cd \"$1\" && grep -ls -- \"$2\" slots/*/record; exit 0",
                            "sh",
                            pool,
                            ofNamespace)
                        .lines())
                .map(path -> hand.getKey() + ":" + path))
        .toList();
  }

  /** Kills what runs in the containers of a pod, at once and without a word (SIGKILL). */
  public void kill(Pod pod) {
    PodShell hand = on(pod.getSpec().getNodeName());
    for (String id : containerIds(pod)) {
      hand.run(
          "sh",
          "-c",
          "for f in $(grep -ls -- \"$1\" /proc/[0-9]*/cgroup); do f=${f#/proc/};"
              + " kill -9 \"${f%%/*}\" 2>/dev/null; done; exit 0",
          "sh",
          id);
    }
  }

  private static List<String> containerIds(Pod pod) {
    return Optional.ofNullable(pod.getStatus())
        .map(status -> status.getContainerStatuses())
        .orElse(List.of())
        .stream()
        .filter(status -> status.getContainerID() != null)
        .map(status -> status.getContainerID().replaceFirst("^.*://", ""))
        .filter(id -> !id.isEmpty())
        .toList();
  }

  @Override
  public void close() {
    client.namespaces().withName(namespace).delete();
  }
}
