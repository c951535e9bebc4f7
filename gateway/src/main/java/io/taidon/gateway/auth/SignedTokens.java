package io.taidon.gateway.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.network.CidrBlock;
import java.nio.ByteBuffer;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies tokens that a {@link TokenSigner} made (RFC 7515, RFC 7519, RFC 8725): one algorithm,
 * only keys known by name, only claims that are understood. What was verified once is remembered by
 * its hash, without its text, and looked at again only as to its key and its time. Thread-safe.
 */
public final class SignedTokens implements TokenVerifier {
  /** How far clocks may differ. */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  /** Longer ones are not looked at; ours are shorter, see {@link TokenSigner#MOST_BYTES}. */
  static final int MOST_BYTES = 4096;

  private static final int REMEMBERED = 10_000;

  /** A header with anything else, be it crit, jwk, jku or x5u, is refused. */
  private static final Set<String> HEADERS = Set.of("alg", "kid", "typ");

  /** The names that RFC 8037 and RFC 9864 give to the one algorithm. */
  private static final Set<String> ALGORITHMS = Set.of("EdDSA", "Ed25519");

  private final String audience;
  private final Cache<ByteBuffer, Verified> verified =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();
  private volatile TokenKeys keys;

  /** A token whose signature is right and whose claims were read. */
  private record Verified(TokenClaims claims, Optional<Instant> notBefore, PublicKey key) {}

  /** What a header asks for, or why that is not to be had. */
  private sealed interface Header {
    record Usable(String keyId) implements Header {}

    record Unusable(TokenRefusal reason) implements Header {}
  }

  /**
   * A verifier.
   *
   * @param audience the name by which tokens mean this gateway
   */
  public SignedTokens(String audience, TokenKeys keys) {
    this.audience = audience;
    this.keys = keys;
  }

  /** Trusts these keys from now on, and no others. */
  public void trust(TokenKeys newKeys) {
    keys = newKeys;
  }

  @Override
  public TokenOutcome verify(byte[] token, Instant now) {
    if (token.length > MOST_BYTES) {
      return refused(TokenRefusal.MALFORMED);
    }
    ByteBuffer hash = ByteBuffer.wrap(ScramCrypto.sha256(token));
    Verified known = verified.getIfPresent(hash);
    if (known != null) {
      return isStillTrusted(known) ? atTime(known, now) : refused(TokenRefusal.UNKNOWN_KEY);
    }
    return CompactJws.parse(token)
        .map(jws -> verify(jws, hash, now))
        .orElse(refused(TokenRefusal.MALFORMED));
  }

  private TokenOutcome verify(CompactJws jws, ByteBuffer hash, Instant now) {
    return switch (header(jws.header())) {
      case Header.Unusable(TokenRefusal reason) -> refused(reason);
      case Header.Usable(String keyId) ->
          keys.find(keyId)
              .map(key -> verify(jws, keyId, key, hash, now))
              .orElse(refused(TokenRefusal.UNKNOWN_KEY));
    };
  }

  private TokenOutcome verify(
      CompactJws jws, String keyId, PublicKey key, ByteBuffer hash, Instant now) {
    if (jws.signature().length != Ed25519.SIGNATURE_BYTES
        || !Ed25519.verifies(key, jws.signed(), jws.signature())) {
      return refused(TokenRefusal.BAD_SIGNATURE);
    }
    Optional<JWTClaimsSet> claims = claims(jws.payload());
    if (claims.isEmpty()) {
      return refused(TokenRefusal.BAD_CLAIMS);
    }
    if (!claims.get().getAudience().contains(audience)) {
      return refused(TokenRefusal.WRONG_AUDIENCE);
    }
    Optional<Verified> read = read(claims.get(), keyId, key);
    if (read.isEmpty()) {
      return refused(TokenRefusal.BAD_CLAIMS);
    }
    verified.put(hash, read.get());
    return atTime(read.get(), now);
  }

  private boolean isStillTrusted(Verified token) {
    return keys.find(token.claims().keyId())
        .filter(key -> Ed25519.areSame(key, token.key()))
        .isPresent();
  }

  private static TokenOutcome atTime(Verified token, Instant now) {
    TokenClaims claims = token.claims();
    if (!now.isBefore(claims.expiresAt().plus(LEEWAY))) {
      return new TokenOutcome.Expired(claims.expiresAt(), claims.keyId());
    }
    boolean early = token.notBefore().filter(begin -> now.plus(LEEWAY).isBefore(begin)).isPresent();
    return early ? refused(TokenRefusal.NOT_YET_VALID) : new TokenOutcome.Valid(claims);
  }

  private static Header header(String json) {
    Map<String, Object> header;
    try {
      header = JSONObjectUtils.parse(json);
    } catch (ParseException e) {
      return new Header.Unusable(TokenRefusal.MALFORMED);
    }
    boolean usable =
        HEADERS.containsAll(header.keySet())
            && header.get("alg") instanceof String algorithm
            && ALGORITHMS.contains(algorithm)
            && (!header.containsKey("typ") || "JWT".equals(header.get("typ")));
    return usable && header.get("kid") instanceof String keyId
        ? new Header.Usable(keyId)
        : new Header.Unusable(TokenRefusal.UNSUPPORTED);
  }

  private static Optional<JWTClaimsSet> claims(String json) {
    try {
      Map<String, Object> claims = JSONObjectUtils.parse(json);
      return ClaimNames.KNOWN.containsAll(claims.keySet())
          ? Optional.of(JWTClaimsSet.parse(claims))
          : Optional.empty();
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<Verified> read(JWTClaimsSet claims, String keyId, PublicKey key) {
    Optional<String> role = Optional.ofNullable(claims.getSubject()).filter(ClaimNames::isRole);
    Optional<String> id = Optional.ofNullable(claims.getJWTID()).filter(text -> !text.isEmpty());
    Optional<Instant> expiresAt =
        Optional.ofNullable(claims.getExpirationTime()).map(Date::toInstant);
    Optional<InstanceReference> instance =
        text(claims, ClaimNames.INSTANCE).flatMap(InstanceReference::parse);
    Optional<Access> access = text(claims, ClaimNames.ACCESS).flatMap(ClaimNames::access);
    Optional<CidrBlock> network = text(claims, ClaimNames.NETWORK).flatMap(CidrBlock::parse);
    boolean networkLost = claims.getClaim(ClaimNames.NETWORK) != null && network.isEmpty();
    boolean whole =
        role.isPresent()
            && id.isPresent()
            && expiresAt.isPresent()
            && instance.isPresent()
            && access.isPresent()
            && !networkLost;
    if (!whole) {
      return Optional.empty();
    }
    TokenClaims read =
        new TokenClaims(
            instance.get().text(),
            role.get(),
            access.get(),
            expiresAt.get(),
            network,
            id.get(),
            keyId);
    Optional<Instant> notBefore =
        Optional.ofNullable(claims.getNotBeforeTime()).map(Date::toInstant);
    return Optional.of(new Verified(read, notBefore, key));
  }

  private static Optional<String> text(JWTClaimsSet claims, String name) {
    return claims.getClaim(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static TokenOutcome refused(TokenRefusal reason) {
    return new TokenOutcome.Refused(reason);
  }
}
