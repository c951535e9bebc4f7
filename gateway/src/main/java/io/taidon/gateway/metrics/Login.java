package io.taidon.gateway.metrics;

/** How a login at the door ended. */
public enum Login implements Label {
  /** With the right password, by SCRAM-SHA-256. */
  SCRAM,
  /** With the right password, by SCRAM-SHA-256-PLUS. */
  SCRAM_PLUS,
  /** With a valid token. */
  TOKEN,
  /** A wrong password, an unknown role or an unknown instance. */
  WRONG_PASSWORD,
  /** A token that is not valid. */
  WRONG_TOKEN,
  /** A token that was valid once. */
  EXPIRED_TOKEN,
  /** The client broke the rules of the exchange. */
  PROTOCOL,
  /** No route to an instance, or two. */
  ROUTE,
  /** Refused before a proof was looked at: full, too fast, too many failures. */
  REFUSED,
  /** Took longer than a login may. */
  DEADLINE,
  /** The client went away. */
  GONE
}
