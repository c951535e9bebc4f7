package io.taidon.operator.job;

import io.taidon.core.plan.Plan;
import io.taidon.core.segment.PodFailure;
import io.taidon.crds.v1alpha1.JobReason;
import java.util.Optional;

/**
 * Where one look at a job has led.
 *
 * @param planned what is known of the steps
 * @param pod the pod that works for it
 * @param attempts how many build pods were lost
 */
record JobProgress(
    JobReason reason,
    String message,
    Optional<Planned> planned,
    Optional<String> pod,
    Optional<PodFailure> failure,
    int attempts) {

  /**
   * The steps of the job.
   *
   * @param planName the ConfigMap with them
   */
  record Planned(Plan plan, Optional<String> sourceRevision, String planName) {}

  static JobProgress of(JobReason reason, String message) {
    return new JobProgress(
        reason, message, Optional.empty(), Optional.empty(), Optional.empty(), 0);
  }

  static JobProgress failed(JobReason reason, PodFailure failure) {
    String place =
        failure
            .step()
            .filter(step -> !failure.sentence().startsWith(step))
            .map(step -> step + ": ")
            .orElse("");
    String remedy = failure.remedy().map(text -> " " + text).orElse("");
    return of(reason, place + failure.sentence() + remedy).with(failure);
  }

  JobProgress with(Planned known) {
    return new JobProgress(reason, message, Optional.of(known), pod, failure, attempts);
  }

  JobProgress withPod(String name) {
    return new JobProgress(reason, message, planned, Optional.of(name), failure, attempts);
  }

  JobProgress withAttempts(int count) {
    return new JobProgress(reason, message, planned, pod, failure, count);
  }

  private JobProgress with(PodFailure why) {
    return new JobProgress(reason, message, planned, pod, Optional.of(why), attempts);
  }

  boolean isFinal() {
    return !reason.status().equals("Unknown");
  }
}
