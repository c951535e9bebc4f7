package io.taidon.gateway.metrics;

/** What became of a cancel request. */
public enum Cancel implements Label {
  /** Passed on to the instance's server. */
  FORWARDED,
  /** Ended a wait for an instance. */
  WAIT_ENDED,
  /** A key that is not, or no longer, known. */
  UNKNOWN_KEY,
  /** Too many from its network. */
  REFUSED,
  /** The instance's server could not be reached. */
  FAILED
}
