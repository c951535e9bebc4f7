package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a PostgreSQL server stores in place of a password, for SCRAM-SHA-256 (RFC 5802, RFC 7677;
 * the form is that of {@code pg_authid.rolpassword}). It is computed here so that the password
 * itself never reaches the server or its log.
 *
 * @param text {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}, in base 64
 */
public record ScramVerifier(String text) {
  /** The least that RFC 7677 allows, and what PostgreSQL uses itself. */
  public static final int ITERATIONS = 4096;

  private static final int SALT_BYTES = 16;
  private static final int KEY_BITS = 256;
  private static final String HMAC = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The verifier of a password with a fresh salt. */
  public static ScramVerifier of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return of(password, salt, ITERATIONS);
  }

  /**
   * The verifier of a password.
   *
   * @throws TaidonException {@code INVALID_ARGUMENT} unless the password is printable ASCII: others
   *     would need SASLprep (RFC 4013), on which clients differ
   */
  public static ScramVerifier of(String password, byte[] salt, int iterations) {
    requirePrintableAscii(password);
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BITS);
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      byte[] clientKey = hmac(salted, "Client Key");
      byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
      byte[] serverKey = hmac(salted, "Server Key");
      Base64.Encoder base64 = Base64.getEncoder();
      return new ScramVerifier(
          "SCRAM-SHA-256$"
              + iterations
              + ":"
              + base64.encodeToString(salt)
              + "$"
              + base64.encodeToString(storedKey)
              + ":"
              + base64.encodeToString(serverKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2 with HMAC-SHA-256", e);
    } finally {
      spec.clearPassword();
    }
  }

  /** Not the verifier: it lets nobody in, but it can be attacked offline. */
  @Override
  public String toString() {
    return "ScramVerifier";
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, HMAC));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void requirePrintableAscii(String password) {
    if (password.isEmpty() || !password.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT,
              "The instance's password is empty or has characters other than printable ASCII.")
          .remedy("Use printable ASCII characters only.");
    }
  }
}
