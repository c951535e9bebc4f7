package io.taidon.operator.job;

import io.taidon.core.error.ErrorCode;
import io.taidon.crds.v1alpha1.JobReason;

/** Which reason a failure of a pod becomes. */
final class FailureReasons {
  private FailureReasons() {}

  static JobReason of(ErrorCode code) {
    return switch (code) {
      case SCRIPT_FAILED -> JobReason.STEP_FAILED;
      case SOURCE_UNAVAILABLE, FILE_NOT_FOUND, FILE_UNREADABLE -> JobReason.SOURCE_UNAVAILABLE;
      case INVALID_ARGUMENT, CONNECTION_OPTION_REFUSED -> JobReason.INVALID_SPEC;
      case DISK_FULL -> JobReason.NO_SPACE;
      case PATH_OUTSIDE_WORKSPACE, INCLUDE_CYCLE, INVALID_SCRIPT, SCRIPT_TOO_LARGE, INPUT_CHANGED ->
          JobReason.SOURCE_INVALID;
      default -> JobReason.INTERNAL_ERROR;
    };
  }
}
