package io.taidon.gateway.log;

import io.taidon.gateway.auth.TokenOutcome;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a log may know of a token: enough to find it among others, useless to whoever reads it.
 *
 * @param keyId the key that signed it, if its signature is right
 * @param hash the first 8 hexadecimal digits of its SHA-256
 */
public record TokenTrace(Optional<String> keyId, String hash) {
  public static TokenTrace of(byte[] token, TokenOutcome outcome) {
    Optional<String> keyId =
        switch (outcome) {
          case TokenOutcome.Valid(var claims) -> Optional.of(claims.keyId());
          case TokenOutcome.Expired expired -> Optional.of(expired.keyId());
          case TokenOutcome.Refused _ -> Optional.empty();
        };
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token);
      return new TokenTrace(keyId, HexFormat.of().formatHex(digest, 0, 4));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
