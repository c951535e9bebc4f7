package io.taidon.gateway.metrics;

/** The parts of the time between accepting a socket and the first ReadyForQuery. */
public enum Phase implements Label {
  /** Until the startup packet is complete, TLS included. */
  STARTUP,
  /** Until the client is authenticated. */
  LOGIN,
  /** Until the directory has said where the instance is. */
  LOOKUP,
  /** Until a stopped instance is up. */
  WAKE,
  /** Until the instance's server has accepted the connection. */
  DIAL,
  /** Until the gateway is logged in there and the client may send queries. */
  BACKEND_LOGIN,
  /** All of them. */
  TOTAL
}
