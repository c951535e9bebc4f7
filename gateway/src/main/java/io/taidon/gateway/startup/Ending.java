package io.taidon.gateway.startup;

/** How a connection ended that never opened. For counting: none of these is worth a warning. */
public enum Ending {
  /** Closed without a byte: a port scan or a load balancer's probe. */
  PROBE,
  /** Closed in the middle of a packet, or of a handshake. */
  CUT_SHORT,
  /** The first packet has an impossible length: HTTP, SSH, or noise. */
  NOT_POSTGRES,
  /** A packet that PostgreSQL refuses as well; an error was sent. */
  REFUSED,
  /** A CancelRequest of an impossible form. */
  MALFORMED_CANCEL,
  /** Plain text after a request for encryption (CVE-2021-23214). */
  INJECTED,
  /** The TLS handshake failed, or its ALPN is not ours. */
  TLS_FAILED,
  /** No usable PROXY header from a proxy that must send one. */
  PROXY_HEADER,
  /** The login deadline came. */
  TOO_LATE,
  /** The connection broke. */
  BROKEN
}
