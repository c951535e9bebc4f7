package io.taidon.operator.job;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.taidon.core.segment.Manifest;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentText;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.operator.Names;
import io.taidon.operator.pod.JobPods;
import io.taidon.operator.pod.PodVerdict;
import io.taidon.operator.pod.PodVerdicts;
import io.taidon.operator.pod.RunnerImages;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Gets the manifest of a job: from an earlier job with the same sources, or from a pod. */
@ApplicationScoped
class Planning {
  private static final String SUFFIX = "plan";

  private final Plans plans;
  private final JobInputs inputs;
  private final JobPods pods;
  private final JobPodTracker tracker;
  private final RunnerImages images;

  Planning(
      Plans plans, JobInputs inputs, JobPods pods, JobPodTracker tracker, RunnerImages images) {
    this.plans = plans;
    this.inputs = inputs;
    this.pods = pods;
    this.tracker = tracker;
    this.images = images;
  }

  /** Either the manifest, or how far planning is. */
  sealed interface Outcome {
    record Known(Manifest manifest, String digest) implements Outcome {}

    record Pending(JobProgress progress) implements Outcome {}
  }

  Outcome advance(PrepareJob job) {
    Optional<ConfigMap> source = inputs.requireSource(job);
    String image = images.of(Optional.ofNullable(job.getSpec().engine()));
    String digest = plans.digest(job, image, source);
    String name = Names.child(job.getMetadata().getName(), SUFFIX);
    Optional<Manifest> known = plans.find(job.getMetadata().getNamespace(), digest);
    if (known.isPresent()) {
      plans.keepFor(job, digest);
      tracker.delete(job, name);
      return new Outcome.Known(known.get(), digest);
    }
    Optional<Pod> pod = tracker.find(job, name);
    if (pod.isEmpty()) {
      tracker.create(pods.plan(job, name, inputs.write(job, name, Optional.empty())));
      return pending(JobReason.PLANNING, JobReason.PLANNING.meaning(), name);
    }
    return judge(job, pod.get(), digest);
  }

  private Outcome judge(PrepareJob job, Pod pod, String digest) {
    String name = pod.getMetadata().getName();
    return switch (PodVerdicts.of(pod)) {
      case PodVerdict.Working _ -> pending(JobReason.PLANNING, JobReason.PLANNING.meaning(), name);
      case PodVerdict.Unschedulable waiting ->
          pending(JobReason.WAITING_FOR_NODE, waiting.sentence(), name);
      case PodVerdict.ImageUnavailable missing ->
          new Outcome.Pending(JobProgress.of(JobReason.IMAGE_UNAVAILABLE, missing.sentence()));
      case PodVerdict.Failed failed ->
          new Outcome.Pending(
              JobProgress.failed(FailureReasons.of(failed.failure().code()), failed.failure()));
      case PodVerdict.Done done when done.result() instanceof PodResult.Planned planned ->
          tracker
              .manifest(pod, planned)
              .<Outcome>map(text -> keep(job, digest, text))
              .orElseGet(() -> startOver(job, name));
      case PodVerdict.Done _, PodVerdict.Lost _ -> startOver(job, name);
    };
  }

  private Outcome keep(PrepareJob job, String digest, String text) {
    Manifest manifest = SegmentText.manifest(text);
    plans.store(job, digest, manifest);
    tracker.delete(job, Names.child(job.getMetadata().getName(), SUFFIX));
    return new Outcome.Known(manifest, digest);
  }

  /** Planning changes nothing, so it is simply done again; the deadline bounds it. */
  private Outcome startOver(PrepareJob job, String name) {
    tracker.delete(job, name);
    return pending(
        JobReason.PLANNING, "The pod that planned was lost; planning starts again.", name);
  }

  private static Outcome pending(JobReason reason, String message, String pod) {
    return new Outcome.Pending(JobProgress.of(reason, message).withPod(pod));
  }
}
