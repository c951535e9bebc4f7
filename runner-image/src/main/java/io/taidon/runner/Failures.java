package io.taidon.runner;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.segment.PodFailure;
import io.taidon.core.segment.PodResult;
import java.util.Map;
import java.util.Optional;

/** Says of a failure what the operator passes on to users. */
public class Failures {
  /** How many states were sealed before. */
  protected int sealed() {
    return 0;
  }

  /** The label of the step that ran. */
  protected Optional<String> step() {
    return Optional.empty();
  }

  /** The result of a container that failed. */
  final PodResult.Failed of(TaidonException failure) {
    Map<String, String> details = failure.details();
    return new PodResult.Failed(
        new PodFailure(
            failure.code(),
            failure.sentence(),
            step(),
            place(details),
            Optional.ofNullable(details.get("sqlstate")),
            failure.remedy()),
        sealed());
  }

  private static Optional<String> place(Map<String, String> details) {
    Optional<String> file = Optional.ofNullable(details.get("file"));
    return file.map(name -> details.containsKey("line") ? name + ":" + details.get("line") : name)
        .map(name ->
            details.containsKey("changeset") ? name + "::" + details.get("changeset") : name)
        .map(name -> details.containsKey("author") ? name + "::" + details.get("author") : name);
  }

  /** A file of the pod's that could not be read or written. */
  static TaidonException ofStorage(Exception failure) {
    String said = String.valueOf(failure.getMessage());
    return said.contains("No space left on device")
        ? TaidonException.of(ErrorCode.DISK_FULL, "A volume of the pod is full.", failure)
        : TaidonException.of(
            ErrorCode.STORE_UNUSABLE, "A file of the pod cannot be used: " + said + ".", failure);
  }
}
