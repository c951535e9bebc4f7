package io.taidon.gateway.metrics;

/** Why an authenticated session ended. */
public enum SessionEnd implements Label {
  /** The client said good-bye, or closed its socket. */
  CLIENT,
  /** The instance's server closed the connection. */
  BACKEND,
  /** The instance's server could not be reached or logged in to. */
  BACKEND_UNREACHABLE,
  /** The instance did not wake, or not in time. */
  WAKE_FAILED,
  /** The instance was stopped or deleted. */
  INSTANCE_GONE,
  /** The gateway shuts down. */
  DRAINED,
  /** A limit on sessions. */
  REFUSED,
  /** Somebody broke the protocol. */
  PROTOCOL,
  /** A defect of ours. */
  INTERNAL
}
