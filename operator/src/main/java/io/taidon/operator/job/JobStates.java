package io.taidon.operator.job;

import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.operator.condition.Conditions;

/** Where a job stands, by its conditions. */
public final class JobStates {
  private JobStates() {}

  /** Whether it succeeded or failed for good. */
  public static boolean isFinished(PrepareJob job) {
    return has(job, "True") || has(job, "False");
  }

  public static boolean succeeded(PrepareJob job) {
    return has(job, "True");
  }

  public static boolean failed(PrepareJob job) {
    return has(job, "False");
  }

  private static boolean has(PrepareJob job, String status) {
    return job.getStatus() != null
        && Conditions.find(job.getStatus().conditions(), ConditionTypes.SUCCEEDED)
            .filter(c -> c.getStatus().equals(status))
            .isPresent();
  }
}
