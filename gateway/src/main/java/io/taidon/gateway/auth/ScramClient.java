package io.taidon.gateway.auth;

import io.taidon.core.scram.ScramKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/**
 * One login by SCRAM-SHA-256 as the client sees it, with keys in place of a password (RFC 5802, RFC
 * 7677), so without the PBKDF2 that a password would cost. For the leg to an instance's server,
 * where the exchange may begin before the keys are known. Does not bind the channel. Not
 * thread-safe; used once.
 */
public final class ScramClient {
  public static final String MECHANISM = ScramExchange.MECHANISM;

  private static final int MOST_BYTES = 4096;
  private static final String HEADER = "n,,";

  private final String nonce;
  private String authMessage = "";

  private ScramClient(String nonce) {
    this.nonce = nonce;
  }

  public static ScramClient start() {
    return start(ScramCrypto.nonce());
  }

  static ScramClient start(String nonce) {
    return new ScramClient(nonce);
  }

  /** The client-first-message; PostgreSQL takes the role from the startup packet, so no name. */
  public byte[] first() {
    return (HEADER + bare()).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The client-final-message that answers a server-first-message; empty if that is malformed. */
  public Optional<byte[]> last(byte[] serverFirst, ScramKeys keys) {
    Optional<ScramAttributes> reader = ScramAttributes.of(serverFirst, MOST_BYTES);
    if (reader.isEmpty() || !authMessage.isEmpty()) {
      return Optional.empty();
    }
    ScramAttributes message = reader.get();
    Optional<String> both = message.next('r').filter(this::continuesOurs);
    Optional<String> salt = message.next('s');
    Optional<String> iterations = message.next('i');
    if (both.isEmpty() || salt.isEmpty() || iterations.isEmpty()) {
      return Optional.empty();
    }
    String withoutProof =
        "c="
            + Base64.getEncoder().encodeToString(HEADER.getBytes(StandardCharsets.ISO_8859_1))
            + ",r="
            + both.get();
    authMessage =
        bare() + "," + new String(serverFirst, StandardCharsets.ISO_8859_1) + "," + withoutProof;
    byte[] storedKey = ScramCrypto.sha256(keys.clientKey());
    byte[] proof = ScramCrypto.xor(keys.clientKey(), ScramCrypto.hmac(storedKey, authMessage));
    String message2 = withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    return Optional.of(message2.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Whether a server-final-message proves that the server knows the role's verifier.
   *
   * @param keys those of {@link #last}
   */
  public boolean provesServer(byte[] serverFinal, ScramKeys keys) {
    if (authMessage.isEmpty()) {
      return false;
    }
    String expected =
        "v=" + Base64.getEncoder().encodeToString(ScramCrypto.hmac(keys.serverKey(), authMessage));
    return MessageDigest.isEqual(expected.getBytes(StandardCharsets.ISO_8859_1), serverFinal);
  }

  private String bare() {
    return "n=,r=" + nonce;
  }

  private boolean continuesOurs(String both) {
    return both.startsWith(nonce)
        && both.length() > nonce.length()
        && ScramCrypto.isPrintable(both);
  }
}
