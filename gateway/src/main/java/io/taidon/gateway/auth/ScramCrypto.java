package io.taidon.gateway.auth;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The primitives of SCRAM-SHA-256 that both ends of an exchange need. */
final class ScramCrypto {
  /** Bytes of every key, signature and proof. */
  static final int KEY_BYTES = 32;

  /** Bytes of randomness in a nonce, as PostgreSQL has it. */
  private static final int NONCE_BYTES = 18;

  private static final String HMAC = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Finding a provider costs more than the computation; all of these run on event loops. */
  private static final FastThreadLocal<Mac> MACS =
      new FastThreadLocal<>() {
        @Override
        protected Mac initialValue() throws GeneralSecurityException {
          return Mac.getInstance(HMAC);
        }
      };

  private static final FastThreadLocal<MessageDigest> DIGESTS =
      new FastThreadLocal<>() {
        @Override
        protected MessageDigest initialValue() throws GeneralSecurityException {
          return MessageDigest.getInstance("SHA-256");
        }
      };

  /** What a Mac is left with, so that it holds no secret. */
  private static final SecretKeySpec NOTHING = new SecretKeySpec(new byte[KEY_BYTES], HMAC);

  private ScramCrypto() {}

  /** A nonce that nobody has seen: base 64, so printable and without a comma. */
  static String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  static byte[] hmac(byte[] key, String text) {
    return hmac(key, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = MACS.get();
      mac.init(new SecretKeySpec(key, HMAC));
      byte[] code = mac.doFinal(message);
      mac.init(NOTHING);
      return code;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  static byte[] sha256(byte[] bytes) {
    return DIGESTS.get().digest(bytes);
  }

  static byte[] xor(byte[] one, byte[] other) {
    byte[] both = new byte[one.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = (byte) (one[i] ^ other[i]);
    }
    return both;
  }

  /** Printable as RFC 5802 has it, which leaves out the comma. */
  static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x21 || c > 0x7e || c == ',') {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
