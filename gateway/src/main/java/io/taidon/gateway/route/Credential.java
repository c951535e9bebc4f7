package io.taidon.gateway.route;

/** What the client says it will send as its password. */
public enum Credential {
  PASSWORD,
  /** A signed token: {@code role~token}, or {@code -c taidon.auth=token}. */
  TOKEN
}
