package io.taidon.gateway.metrics;

/** What became of a cancel request. */
public enum Cancel implements Label {
  /** Passed on to the instance's server. */
  FORWARDED,
  /** A short key that is not known here: the other gateways were asked. */
  PEERS_ASKED,
  /** Ended a wait for an instance. */
  WAIT_ENDED,
  /** A key that is not, or no longer, known. */
  UNKNOWN_KEY,
  /** Too many from its network. */
  REFUSED,
  /** The instance's server could not be reached. */
  FAILED
}
