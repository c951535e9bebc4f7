package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * Kills a part of the installation again and again: the operator that leads, every node plugin, or
 * every gateway. The processes get SIGKILL. Every second time their pods are deleted too, so both a
 * restart in place and a new pod are seen, and no container is made to wait because it ended often.
 */
public final class Killer {
  private final KubernetesClient client;
  private final Installation taidon;
  private final Hands hands;
  private final Component victim;
  private int kills;

  public Killer(KubernetesClient client, Installation taidon, Hands hands, Component victim) {
    this.client = client;
    this.taidon = taidon;
    this.hands = hands;
    this.victim = victim;
  }

  /** Kills it now. */
  public void kill() {
    boolean withPod = kills++ % 2 == 1;
    for (Pod pod : victims()) {
      hands.kill(pod);
      if (withPod) {
        client.resource(pod).withGracePeriod(0).delete();
      }
    }
  }

  /** How often it was killed. */
  public int kills() {
    return kills;
  }

  private List<Pod> victims() {
    List<Pod> all = taidon.pods(victim);
    return switch (victim) {
      case OPERATOR -> {
        String leader = taidon.leader().orElse("");
        List<Pod> leading =
            all.stream().filter(pod -> pod.getMetadata().getName().equals(leader)).toList();
        yield leading.isEmpty() ? all : leading;
      }
      case NODE, GATEWAY -> all;
    };
  }
}
