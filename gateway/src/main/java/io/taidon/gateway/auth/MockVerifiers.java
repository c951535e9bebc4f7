package io.taidon.gateway.auth;

import io.taidon.core.scram.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes up verifiers for roles that do not exist, so that asking again gives the same salt, as it
 * does for a role that exists. Of the shape of those that the project makes: a salt of 16 bytes and
 * 4096 iterations. Ask for one at every login, used or not, so that the time tells nothing.
 * Thread-safe.
 */
public final class MockVerifiers {
  private static final int SALT_BYTES = 16;

  private final byte[] secret;

  /** Those of nobody: a login against them fails whatever the proof, so they need not differ. */
  private final byte[] storedKey;

  private final byte[] serverKey;

  /**
   * Takes the secret that decides which salts there are; the same for all replicas of a gateway,
   * and the same after a restart.
   *
   * @param secret 16 bytes or more
   */
  public MockVerifiers(byte[] secret) {
    if (secret.length < 16) {
      throw new IllegalArgumentException("a secret of at least 16 bytes");
    }
    this.secret = secret.clone();
    this.storedKey = ScramCrypto.hmac(secret, "stored");
    this.serverKey = ScramCrypto.hmac(secret, "server");
  }

  /** The verifier of a role of an instance, either or both of which need not exist. */
  public ScramVerifier of(String instanceText, String role) {
    String message = "salt\0" + instanceText.length() + "\0" + instanceText + "\0" + role;
    byte[] derived = ScramCrypto.hmac(secret, message.getBytes(StandardCharsets.UTF_8));
    return new ScramVerifier(
        ScramVerifier.ITERATIONS, Arrays.copyOf(derived, SALT_BYTES), storedKey, serverKey);
  }
}
