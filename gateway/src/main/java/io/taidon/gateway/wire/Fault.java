package io.taidon.gateway.wire;

import java.util.Optional;

/**
 * What the gateway tells a client that it turns away.
 *
 * @param message one plain sentence without the client's secrets
 * @param hint what to do about it
 */
public record Fault(
    Severity severity,
    SqlState state,
    String message,
    Optional<String> detail,
    Optional<String> hint) {

  /** A fault after which the connection is closed. */
  public static Fault fatal(SqlState state, String message) {
    return new Fault(Severity.FATAL, state, message, Optional.empty(), Optional.empty());
  }

  public Fault withDetail(String sentence) {
    return new Fault(severity, state, message, Optional.of(sentence), hint);
  }

  public Fault withHint(String sentence) {
    return new Fault(severity, state, message, detail, Optional.of(sentence));
  }
}
