package io.taidon.gateway.metrics;

/** How a client's connection began. */
public enum Opened implements Label {
  /** A session without TLS. */
  PLAIN,
  /** A session with TLS after an SSLRequest. */
  TLS,
  /** A session with TLS from the first byte. */
  DIRECT_TLS,
  /** A cancel request. */
  CANCEL,
  /** Closed without a word, or in the middle of one: port scans, health checks. */
  PROBE,
  /** Not the PostgreSQL protocol, or a broken form of it. */
  NOT_POSTGRES,
  /** A TLS handshake that failed. */
  TLS_FAILED
}
