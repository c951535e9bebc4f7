package io.taidon.gateway.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Date;

/**
 * Makes tokens: JSON Web Signatures in compact form, with Ed25519 (RFC 7515, RFC 7519, RFC 8037),
 * for the password field of any PostgreSQL client. Thread-safe.
 */
public final class TokenSigner {
  /** So long that every client's password field takes it. */
  public static final int MOST_BYTES = 500;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 12;

  private final TokenSigningKey key;
  private final String audience;

  /**
   * A signer.
   *
   * @param audience the gateways that are to take its tokens
   */
  public TokenSigner(TokenSigningKey key, String audience) {
    this.key = key;
    this.audience = audience;
  }

  /**
   * A new token; as secret as a password.
   *
   * @throws TaidonException {@code INVALID_ARGUMENT} if the grant makes no sense or too long a
   *     token
   */
  public byte[] sign(TokenGrant grant) {
    requireSense(grant);
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID(key.id()).build();
    String signed = header.toBase64URL() + "." + claims(grant).toPayload().toBase64URL();
    byte[] signature = key.sign(signed.getBytes(StandardCharsets.US_ASCII));
    String token = signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    if (token.length() > MOST_BYTES) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT,
              "The token would be longer than "
                  + MOST_BYTES
                  + " bytes, which not all clients take.")
          .remedy("Name the instance by its id or a shorter name.");
    }
    return token.getBytes(StandardCharsets.US_ASCII);
  }

  private JWTClaimsSet claims(TokenGrant grant) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .audience(audience)
            .subject(grant.role())
            .notBeforeTime(Date.from(grant.notBefore()))
            .expirationTime(Date.from(grant.expiresAt()))
            .jwtID(id())
            .claim(ClaimNames.INSTANCE, grant.instance().text())
            .claim(ClaimNames.ACCESS, ClaimNames.text(grant.access()));
    grant.network().ifPresent(network -> claims.claim(ClaimNames.NETWORK, network.toString()));
    return claims.build();
  }

  private static String id() {
    byte[] bytes = new byte[ID_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void requireSense(TokenGrant grant) {
    if (!ClaimNames.isRole(grant.role())) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT, "The token's role is empty or longer than a role can be.")
          .remedy("Name a role of at most 63 bytes.");
    }
    if (!grant.expiresAt().isAfter(grant.notBefore())) {
      throw TaidonException.of(ErrorCode.INVALID_ARGUMENT, "The token would end before it begins.")
          .remedy("Give it a time to live.");
    }
  }
}
