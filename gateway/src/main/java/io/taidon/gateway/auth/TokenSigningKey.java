package io.taidon.gateway.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.text.ParseException;

/**
 * An Ed25519 key pair that signs tokens, with a name that follows from the public half. Immutable;
 * never shows its private half except through {@link #toJwk}.
 */
public final class TokenSigningKey {
  private final String id;
  private final PublicKey publicKey;
  private final PrivateKey privateKey;

  private TokenSigningKey(PublicKey publicKey, PrivateKey privateKey) {
    this.id = Ed25519.nameOf(publicKey);
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /** A key that nobody has had before. */
  public static TokenSigningKey create() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new TokenSigningKey(pair.getPublic(), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
  }

  /**
   * Reads what {@link #toJwk} wrote.
   *
   * @throws TaidonException {@code CONFIG_CORRUPT} if it is something else
   */
  public static TokenSigningKey parse(byte[] jwk) {
    try {
      OctetKeyPair pair = OctetKeyPair.parse(new String(jwk, StandardCharsets.UTF_8));
      boolean whole =
          pair.isPrivate()
              && pair.getCurve().equals(Curve.Ed25519)
              && pair.getDecodedX().length == Ed25519.KEY_BYTES
              && pair.getDecodedD().length == Ed25519.KEY_BYTES;
      if (whole) {
        TokenSigningKey key =
            new TokenSigningKey(
                Ed25519.publicKey(pair.getDecodedX()), Ed25519.privateKey(pair.getDecodedD()));
        return requireHalvesOfOne(key);
      }
    } catch (ParseException | GeneralSecurityException e) {
      // Said below, and without the cause: its message may quote the key.
    }
    throw corrupt();
  }

  /** A JSON Web Key with the private half, for a file that only its owner may read. */
  public byte[] toJwk() {
    byte[] raw = Ed25519.raw(privateKey);
    OctetKeyPair pair = publicHalf().d(Base64URL.encode(raw)).build();
    return pair.toJSONString().getBytes(StandardCharsets.UTF_8);
  }

  /** A JSON Web Key Set with the public half, for those who verify. */
  public String publicJwks() {
    return JSONObjectUtils.toJSONString(new JWKSet(publicHalf().build()).toJSONObject());
  }

  /** The name under which verifiers know it. */
  public String id() {
    return id;
  }

  PublicKey publicKey() {
    return publicKey;
  }

  byte[] sign(byte[] message) {
    return Ed25519.sign(privateKey, message);
  }

  private OctetKeyPair.Builder publicHalf() {
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(Ed25519.raw(publicKey)))
        .keyUse(KeyUse.SIGNATURE)
        .keyID(id);
  }

  private static TokenSigningKey requireHalvesOfOne(TokenSigningKey key) {
    byte[] message = key.id.getBytes(StandardCharsets.US_ASCII);
    if (!Ed25519.verifies(key.publicKey, message, key.sign(message))) {
      throw corrupt();
    }
    return key;
  }

  private static TaidonException corrupt() {
    return TaidonException.of(
            ErrorCode.CONFIG_CORRUPT, "The key that signs tokens is no private Ed25519 JWK.")
        .remedy("Remove it, and tokens signed with it end; a new one is made at the next start.");
  }

  /** Its name. */
  @Override
  public String toString() {
    return "TokenSigningKey " + id;
  }
}
