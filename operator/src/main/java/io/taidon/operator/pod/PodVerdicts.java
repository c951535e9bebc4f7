package io.taidon.operator.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Reads what has become of a pod from its status. Pure. */
public final class PodVerdicts {
  /** The kubelet tries again for ever; one {@code ErrImagePull} may pass, backing off will not. */
  private static final Set<String> NO_IMAGE =
      Set.of("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  private PodVerdicts() {}

  /** What has become of a pod that runs to its end. */
  public static PodVerdict of(Pod pod) {
    Optional<String> image = missingImage(pod);
    if (image.isPresent()) {
      return new PodVerdict.ImageUnavailable(image.get());
    }
    Optional<PodVerdict> said = result(pod);
    if (said.isPresent()) {
      return said.get();
    }
    String phase =
        Objects.requireNonNullElse(
            pod.getStatus() == null ? null : pod.getStatus().getPhase(), "Pending");
    return switch (phase) {
      case "Succeeded", "Failed" -> new PodVerdict.Lost(ending(pod));
      case "Unknown" -> new PodVerdict.Lost("The node of pod " + name(pod) + " does not answer.");
      default -> {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
          yield new PodVerdict.Lost("Pod " + name(pod) + " was deleted.");
        }
        yield unschedulable(pod)
            .<PodVerdict>map(PodVerdict.Unschedulable::new)
            .orElseGet(PodVerdict.Working::new);
      }
    };
  }

  /** Why the image of a pod cannot be had, if it cannot. */
  public static Optional<String> missingImage(Pod pod) {
    for (ContainerStatus container : containers(pod)) {
      ContainerStateWaiting waiting =
          container.getState() == null ? null : container.getState().getWaiting();
      if (waiting != null
          && NO_IMAGE.contains(Objects.requireNonNullElse(waiting.getReason(), ""))) {
        return Optional.of(
            "The image "
                + container.getImage()
                + " cannot be pulled: "
                + Objects.requireNonNullElse(waiting.getMessage(), waiting.getReason())
                + ".");
      }
    }
    return Optional.empty();
  }

  /** Why no node takes a pod, if none does. */
  public static Optional<String> unschedulable(Pod pod) {
    List<PodCondition> conditions =
        pod.getStatus() == null || pod.getStatus().getConditions() == null
            ? List.of()
            : pod.getStatus().getConditions();
    return conditions.stream()
        .filter(c -> "PodScheduled".equals(c.getType()) && "False".equals(c.getStatus()))
        .findFirst()
        .map(c -> "No node takes pod " + name(pod) + ": " + c.getMessage());
  }

  /** Where the server of an instance's pod stands if its container keeps ending. */
  public static Optional<String> crashLoop(Pod pod) {
    for (ContainerStatus container : containers(pod)) {
      ContainerStateWaiting waiting =
          container.getState() == null ? null : container.getState().getWaiting();
      if (waiting != null && "CrashLoopBackOff".equals(waiting.getReason())) {
        ContainerStateTerminated last =
            container.getLastState() == null ? null : container.getLastState().getTerminated();
        return Optional.of(
            "The server of pod "
                + name(pod)
                + " keeps ending"
                + (last == null ? "" : ", last with exit code " + last.getExitCode())
                + "; see `kubectl logs`.");
      }
    }
    return Optional.empty();
  }

  private static Optional<PodVerdict> result(Pod pod) {
    for (ContainerStatus container : containers(pod)) {
      ContainerState state = container.getState();
      ContainerStateTerminated end = state == null ? null : state.getTerminated();
      if (end == null || end.getMessage() == null || !end.getMessage().startsWith("taidon ")) {
        continue;
      }
      try {
        PodResult result = SegmentText.result(end.getMessage());
        return Optional.of(
            result instanceof PodResult.Failed failed
                ? new PodVerdict.Failed(failed.failure(), failed.sealed())
                : new PodVerdict.Done(result));
      } catch (IllegalArgumentException e) {
        return Optional.of(
            new PodVerdict.Lost("Pod " + name(pod) + " left a result that cannot be read."));
      }
    }
    return Optional.empty();
  }

  private static String ending(Pod pod) {
    String why =
        containers(pod).stream()
            .map(c -> c.getState() == null ? null : c.getState().getTerminated())
            .filter(Objects::nonNull)
            .filter(end -> end.getExitCode() == null || end.getExitCode() != 0)
            .findFirst()
            .map(end -> end.getReason() + ", exit code " + end.getExitCode())
            .orElseGet(
                () -> Objects.requireNonNullElse(pod.getStatus().getReason(), "no reason given"));
    return "Pod " + name(pod) + " ended without a result: " + why + ".";
  }

  /** Init containers first: they end first. */
  private static List<ContainerStatus> containers(Pod pod) {
    List<ContainerStatus> all = new ArrayList<>();
    if (pod.getStatus() != null) {
      if (pod.getStatus().getInitContainerStatuses() != null) {
        all.addAll(pod.getStatus().getInitContainerStatuses());
      }
      if (pod.getStatus().getContainerStatuses() != null) {
        all.addAll(pod.getStatus().getContainerStatuses());
      }
    }
    return all;
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }
}
