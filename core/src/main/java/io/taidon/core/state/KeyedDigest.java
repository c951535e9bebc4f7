package io.taidon.core.state;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A digest under a key that never leaves its store: HMAC-SHA-256 (RFC 2104), the first 128 bits of
 * it. Two values can be told to be equal or not; what they are cannot be found by trying, even
 * where there are few to try, as with a password in a variable.
 *
 * <p>Never part of an id. Thread-safe.
 */
public final class KeyedDigest {
  /** How long a key is, in bytes. */
  public static final int KEY_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int DIGEST_BYTES = 16;

  private final SecretKeySpec key;

  /**
   * @param key {@link #KEY_BYTES} random bytes
   */
  public KeyedDigest(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("the key has " + KEY_BYTES + " bytes");
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** 32 lower-case hexadecimal digits. */
  public String of(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] whole = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  /** As {@link #of(String)}. */
  public String of(Digest digest) {
    return of(digest.hex());
  }
}
