package io.taidon.core.scram;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a PostgreSQL server stores in place of a password, for SCRAM-SHA-256 (RFC 5802, RFC 7677).
 * It lets nobody in, but it can be attacked offline.
 *
 * <p>The arrays are not copied; nobody writes to them.
 *
 * @param storedKey the SHA-256 of the ClientKey, 32 bytes
 * @param serverKey what the server proves itself with, 32 bytes
 */
public record ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
  /** The least that RFC 7677 allows, and what PostgreSQL uses itself. */
  public static final int ITERATIONS = 4096;

  private static final int SALT_BYTES = 16;
  private static final int KEY_BYTES = 32;
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final String HMAC = "HmacSHA256";
  private static final Pattern FORM =
      Pattern.compile(
          "SCRAM-SHA-256\\$([0-9]{1,8}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");
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
    ScramKeys keys = keys(password, salt, iterations);
    return new ScramVerifier(iterations, salt, sha256(keys.clientKey()), keys.serverKey());
  }

  /**
   * The keys that a password, salt and number of iterations make: PBKDF2, so about a millisecond of
   * work for 4096 iterations.
   *
   * @throws TaidonException as {@link #of(String, byte[], int)}
   */
  public static ScramKeys keys(String password, byte[] salt, int iterations) {
    requirePrintableAscii(password);
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BYTES * 8);
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return new ScramKeys(hmac(salted, "Client Key"), hmac(salted, "Server Key"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2 with HMAC-SHA-256", e);
    } finally {
      spec.clearPassword();
    }
  }

  /** Reads the form of {@code pg_authid.rolpassword}; empty if it is another one, such as md5. */
  public static Optional<ScramVerifier> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      int iterations = Integer.parseInt(parts.group(1));
      Base64.Decoder base64 = Base64.getDecoder();
      byte[] salt = base64.decode(parts.group(2));
      byte[] storedKey = base64.decode(parts.group(3));
      byte[] serverKey = base64.decode(parts.group(4));
      boolean usable =
          iterations >= 1
              && iterations <= MOST_ITERATIONS
              && storedKey.length == KEY_BYTES
              && serverKey.length == KEY_BYTES;
      return usable
          ? Optional.of(new ScramVerifier(iterations, salt, storedKey, serverKey))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not base 64
    }
  }

  /**
   * The form of {@code pg_authid.rolpassword}: {@code
   * SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}, in base 64.
   */
  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "SCRAM-SHA-256$"
        + iterations
        + ":"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(storedKey)
        + ":"
        + base64.encodeToString(serverKey);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScramVerifier that
        && iterations == that.iterations
        && MessageDigest.isEqual(salt, that.salt)
        && MessageDigest.isEqual(storedKey, that.storedKey)
        && MessageDigest.isEqual(serverKey, that.serverKey);
  }

  @Override
  public int hashCode() {
    return iterations; // what is secret is no key of a map
  }

  /** Not the verifier. */
  @Override
  public String toString() {
    return "ScramVerifier";
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
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
