package io.taidon.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.segment.PodFailure;
import io.taidon.crds.v1alpha1.JobReason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobProgressTest {
  @Test
  void a_failure_names_its_step_once() {
    assertThat(message("-c \"select 1\"", "the server ended"))
        .isEqualTo("-c \"select 1\": the server ended");
    assertThat(message("-c \"select 1\"", "-c \"select 1\": no such table"))
        .isEqualTo("-c \"select 1\": no such table");
  }

  private static String message(String step, String sentence) {
    PodFailure failure =
        new PodFailure(
            ErrorCode.SCRIPT_FAILED,
            sentence,
            Optional.of(step),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return JobProgress.failed(JobReason.STEP_FAILED, failure).message();
  }
}
