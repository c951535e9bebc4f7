package io.taidon.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.segment.PodFailure;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentText;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodVerdictsTest {
  private static final PodFailure FAILURE =
      new PodFailure(
          ErrorCode.SCRIPT_FAILED,
          "relation \"x\" does not exist",
          Optional.of("-f a.sql"),
          Optional.of("a.sql:3"),
          Optional.of("42P01"),
          Optional.empty());

  @Test
  void a_pod_without_a_status_is_on_its_way() {
    assertThat(PodVerdicts.of(pod().build())).isInstanceOf(PodVerdict.Working.class);
  }

  @Test
  void what_a_container_says_at_its_end_is_the_verdict() {
    PodResult built = new PodResult.Built(1, List.of(12L));
    assertThat(PodVerdicts.of(ended("Succeeded", 0, SegmentText.of(built))))
        .isEqualTo(new PodVerdict.Done(built));
    assertThat(PodVerdicts.of(ended("Failed", 1, SegmentText.of(new PodResult.Failed(FAILURE, 2)))))
        .isEqualTo(new PodVerdict.Failed(FAILURE, 2));
  }

  @Test
  void a_source_that_cannot_be_fetched_is_said_by_the_init_container() {
    Pod pod =
        pod()
            .withNewStatus()
            .withPhase("Pending")
            .addNewInitContainerStatus()
            .withNewState()
            .withNewTerminated()
            .withExitCode(1)
            .withMessage(SegmentText.of(new PodResult.Failed(FAILURE, 0)))
            .endTerminated()
            .endState()
            .endInitContainerStatus()
            .endStatus()
            .build();
    assertThat(PodVerdicts.of(pod)).isEqualTo(new PodVerdict.Failed(FAILURE, 0));
  }

  @Test
  void a_pod_that_was_killed_may_be_tried_again() {
    assertThat(PodVerdicts.of(ended("Failed", 137, null)))
        .isInstanceOfSatisfying(
            PodVerdict.Lost.class,
            lost -> assertThat(lost.sentence()).contains("OOMKilled", "137"));
  }

  @Test
  void words_that_are_no_result_are_not_believed() {
    assertThat(PodVerdicts.of(ended("Failed", 1, "taidon built 1\nsealed: many\n")))
        .isInstanceOf(PodVerdict.Lost.class);
    assertThat(PodVerdicts.of(ended("Failed", 1, "anything else")))
        .isInstanceOf(PodVerdict.Lost.class);
  }

  @Test
  void an_image_that_cannot_be_pulled_is_named() {
    Pod pod = waiting("ImagePullBackOff", "Back-off pulling image");
    assertThat(PodVerdicts.of(pod))
        .isInstanceOfSatisfying(
            PodVerdict.ImageUnavailable.class,
            verdict ->
                assertThat(verdict.sentence()).contains("registry.example/none", "Back-off"));
    assertThat(PodVerdicts.of(waiting("ErrImagePull", "once")))
        .isInstanceOf(PodVerdict.Working.class);
  }

  @Test
  void the_scheduler_is_quoted() {
    Pod pod =
        pod()
            .withNewStatus()
            .withPhase("Pending")
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withMessage("0/2 nodes are available")
            .endCondition()
            .endStatus()
            .build();
    assertThat(PodVerdicts.of(pod))
        .isInstanceOfSatisfying(
            PodVerdict.Unschedulable.class,
            verdict -> assertThat(verdict.sentence()).contains("0/2 nodes are available"));
  }

  @Test
  void a_pod_that_is_going_away_before_its_end_is_lost() {
    Pod pod =
        new PodBuilder(pod().build())
            .editMetadata()
            .withDeletionTimestamp("2026-01-01T00:00:00Z")
            .endMetadata()
            .withNewStatus()
            .withPhase("Running")
            .endStatus()
            .build();
    assertThat(PodVerdicts.of(pod)).isInstanceOf(PodVerdict.Lost.class);
  }

  private static PodBuilder pod() {
    return new PodBuilder().withNewMetadata().withName("p").endMetadata();
  }

  private static Pod waiting(String reason, String message) {
    return pod()
        .withNewStatus()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withImage("registry.example/none")
        .withNewState()
        .withNewWaiting(message, reason)
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static Pod ended(String phase, int exitCode, @Nullable String message) {
    return pod()
        .withNewStatus()
        .withPhase(phase)
        .addNewContainerStatus()
        .withNewState()
        .withNewTerminated()
        .withExitCode(exitCode)
        .withReason(exitCode == 137 ? "OOMKilled" : "Error")
        .withMessage(message)
        .endTerminated()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
