package io.taidon.gateway.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The public keys whose tokens are trusted, by name: a JSON Web Key Set (RFC 7517) of Ed25519 keys
 * (RFC 8037). To rotate, add the new key, sign with it, and take the old one out when its last
 * token has expired. Immutable.
 */
public final class TokenKeys {
  /** Trusts nobody. */
  public static final TokenKeys NONE = new TokenKeys(Map.of());

  /** More keys than anybody rotates through. */
  private static final int MOST_KEYS = 64;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Map<String, PublicKey> keys;

  private TokenKeys(Map<String, PublicKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  /** The public halves of signing keys. */
  public static TokenKeys of(TokenSigningKey... signingKeys) {
    Map<String, PublicKey> keys = new LinkedHashMap<>();
    for (TokenSigningKey key : signingKeys) {
      keys.put(key.id(), key.publicKey());
    }
    return new TokenKeys(keys);
  }

  /**
   * Reads a key set.
   *
   * @param jwks JSON, such as {@code {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"..."}]}}
   * @throws TaidonException {@code CONFIG_CORRUPT} if anything in it is not a public Ed25519 key
   *     with a name of its own
   */
  public static TokenKeys parse(String jwks) {
    Map<String, PublicKey> keys = new LinkedHashMap<>();
    for (JWK key : parsed(jwks)) {
      String id = key.getKeyID();
      if (id == null || !NAME.matcher(id).matches()) {
        throw corrupt("has a key without a usable kid");
      }
      if (keys.put(id, publicKey(key)) != null) {
        throw corrupt("has two keys named " + id);
      }
    }
    if (keys.size() > MOST_KEYS) {
      throw corrupt("has more than " + MOST_KEYS + " keys");
    }
    return new TokenKeys(keys);
  }

  private static Iterable<JWK> parsed(String jwks) {
    try {
      return JWKSet.parse(jwks).getKeys();
    } catch (ParseException e) {
      // Without the cause: its message quotes the input, where somebody may have put a secret.
      throw corrupt("is not a JSON Web Key Set");
    }
  }

  private static PublicKey publicKey(JWK key) {
    if (key.isPrivate()) {
      throw corrupt("holds the private half of " + key.getKeyID());
    }
    boolean forSigning = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
    if (!(key instanceof OctetKeyPair pair) || !pair.getCurve().equals(Curve.Ed25519)) {
      throw corrupt("holds " + key.getKeyID() + ", which is no Ed25519 key");
    }
    byte[] raw = pair.getDecodedX();
    if (!forSigning || raw.length != Ed25519.KEY_BYTES) {
      throw corrupt("holds " + key.getKeyID() + ", which is no key for signatures");
    }
    try {
      return Ed25519.publicKey(raw);
    } catch (GeneralSecurityException e) {
      throw corrupt("holds " + key.getKeyID() + ", which is no Ed25519 key");
    }
  }

  private static TaidonException corrupt(String what) {
    return TaidonException.of(ErrorCode.CONFIG_CORRUPT, "The set of token keys " + what + ".")
        .remedy(
            "Write a JSON Web Key Set of public keys with kty OKP, crv Ed25519, and a kid each.");
  }

  Optional<PublicKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  /** The names of the keys. */
  public Set<String> ids() {
    return keys.keySet();
  }
}
