package io.taidon.gateway.auth;

import java.time.Instant;

/** What came of looking at a token. */
public sealed interface TokenOutcome {
  /** It is signed by one of our keys, for us, and its time is now. */
  record Valid(TokenClaims claims) implements TokenOutcome {}

  /**
   * It was valid. Because its signature is right, its bearer may be told.
   *
   * @param keyId the key that signed it
   */
  record Expired(Instant at, String keyId) implements TokenOutcome {}

  /** It is not valid, and its bearer is told no more than that. */
  record Refused(TokenRefusal reason) implements TokenOutcome {}
}
