package io.taidon.gateway.auth;

import java.time.Instant;

/** Tells whether a token is good. Never waits; thread-safe. */
public interface TokenVerifier {
  /** Trusts no token. */
  TokenVerifier NONE = (token, now) -> new TokenOutcome.Refused(TokenRefusal.UNKNOWN_KEY);

  /**
   * Looks at what a client sent in place of a password. The array stays the caller's, who wipes it;
   * nothing of it is kept.
   */
  TokenOutcome verify(byte[] token, Instant now);
}
