package io.taidon.gateway.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Ed25519 (RFC 8032) with the JDK: raw keys as JWKs have them, and signatures. */
final class Ed25519 {
  /** Bytes of a raw key, public or private. */
  static final int KEY_BYTES = 32;

  static final int SIGNATURE_BYTES = 64;

  private static final String NAME = "Ed25519";

  /** What stands before the raw key in a SubjectPublicKeyInfo and in a PrivateKeyInfo, RFC 8410. */
  private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final byte[] PRIVATE_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private Ed25519() {}

  /**
   * A public key.
   *
   * @throws GeneralSecurityException if the bytes are none
   */
  static PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
    return KeyFactory.getInstance(NAME)
        .generatePublic(new X509EncodedKeySpec(joined(PUBLIC_PREFIX, raw)));
  }

  /**
   * A private key.
   *
   * @throws GeneralSecurityException if the bytes are none
   */
  static PrivateKey privateKey(byte[] raw) throws GeneralSecurityException {
    byte[] encoded = joined(PRIVATE_PREFIX, raw);
    try {
      return KeyFactory.getInstance(NAME).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** The raw bytes of a public key of this kind. */
  static byte[] raw(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  /** The raw bytes of a private key of this kind. */
  static byte[] raw(PrivateKey key) {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, PRIVATE_PREFIX.length, PRIVATE_PREFIX.length + KEY_BYTES);
  }

  static byte[] sign(PrivateKey key, byte[] message) {
    try {
      Signature signature = Signature.getInstance(NAME);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
  }

  /** Whether a signature is that of a key's owner; about a fifth of a millisecond of work. */
  static boolean verifies(PublicKey key, byte[] message, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(NAME);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // bytes that are no signature at all
    }
  }

  /** A short name for a key that follows from the key. */
  static String nameOf(PublicKey key) {
    byte[] digest = ScramCrypto.sha256(raw(key));
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  static boolean areSame(PublicKey one, PublicKey other) {
    return MessageDigest.isEqual(one.getEncoded(), other.getEncoded());
  }

  private static byte[] joined(byte[] prefix, byte[] raw) {
    byte[] both = Arrays.copyOf(prefix, prefix.length + raw.length);
    System.arraycopy(raw, 0, both, prefix.length, raw.length);
    return both;
  }
}
