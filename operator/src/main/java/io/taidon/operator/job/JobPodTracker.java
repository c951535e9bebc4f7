package io.taidon.operator.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.core.segment.PodResult;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.operator.Creation;
import io.taidon.operator.Names;
import io.taidon.operator.pod.JobPods;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Creates pods of jobs once, finds them again, and reads what they printed. */
@ApplicationScoped
public class JobPodTracker {
  private final KubernetesClient client;

  public JobPodTracker(KubernetesClient client) {
    this.client = client;
  }

  /** The pod of that name, if it is the job's: one of an earlier job of the same name is not. */
  Optional<Pod> find(PrepareJob job, String name) {
    return Optional.ofNullable(
            client.pods().inNamespace(job.getMetadata().getNamespace()).withName(name).get())
        .filter(pod ->
            pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(job.getMetadata().getUid())));
  }

  /** Creates a pod; does nothing if it is there. */
  void create(Pod pod) {
    Creation.unlessThere(client, pod);
  }

  void delete(PrepareJob job, String name) {
    find(job, name).ifPresent(pod -> client.resource(pod).delete());
  }

  /** What a plan pod printed, if it is what its result says; else it was lost on the way. */
  Optional<String> manifest(Pod pod, PodResult.Planned planned) {
    String log =
        client
            .pods()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getMetadata().getName())
            .inContainer(JobPods.CONTAINER)
            .getLog();
    byte[] all = log.getBytes(StandardCharsets.UTF_8);
    if (planned.bytes() > all.length) {
      return Optional.empty();
    }
    byte[] last = Arrays.copyOfRange(all, all.length - planned.bytes(), all.length);
    return Names.sha256(last).equals(planned.sha256())
        ? Optional.of(new String(last, StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
