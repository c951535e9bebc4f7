package io.taidon.core.segment;

import java.util.List;

/**
 * How a pod ended: its termination message, at most {@value #MAX_BYTES} bytes of JSON (the limit of
 * Kubernetes).
 */
public sealed interface PodResult {
  /** The longest termination message that Kubernetes keeps. */
  int MAX_BYTES = 4096;

  /**
   * The manifest is the last line on standard output.
   *
   * @param bytes its length in UTF-8, without the line's end
   * @param sha256 its SHA-256 in hexadecimal
   */
  record Planned(int bytes, String sha256) implements PodResult {}

  /**
   * The steps ran.
   *
   * @param sealed how many states were sealed
   * @param stepMillis how long each step took, in order
   */
  record Built(int sealed, List<Long> stepMillis) implements PodResult {
    public Built {
      stepMillis = List.copyOf(stepMillis);
    }
  }

  /**
   * It failed.
   *
   * @param sealed how many states were sealed before
   */
  record Failed(PodFailure failure, int sealed) implements PodResult {}
}
