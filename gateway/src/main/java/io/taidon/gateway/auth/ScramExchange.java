package io.taidon.gateway.auth;

import io.taidon.core.scram.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * One login by SCRAM-SHA-256 or SCRAM-SHA-256-PLUS as the server sees it (RFC 5802, RFC 7677, RFC
 * 5929 with {@code tls-server-end-point}). What is accepted and refused is what PostgreSQL's {@code
 * auth-scram.c} accepts and refuses. About three HMACs of work and no waiting, so it may run on an
 * event loop. Not thread-safe; used once.
 */
public final class ScramExchange {
  public static final String MECHANISM = "SCRAM-SHA-256";
  public static final String MECHANISM_PLUS = "SCRAM-SHA-256-PLUS";

  /** More than any client sends: a name, two nonces, a hash of at most 64 bytes, a proof. */
  private static final int MOST_BYTES = 4096;

  private static final String BINDING = "tls-server-end-point";

  private final ScramVerifier verifier;
  private final Optional<byte[]> tlsServerEndPoint;
  private final boolean mock;
  private final String serverNonce;

  private Expecting expecting = Expecting.FIRST;
  private char bindingFlag;
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String nonce = "";

  /** Where {@code ,p=} begins in the client-final-message. */
  private int withoutProof;

  private enum Expecting {
    FIRST,
    LAST,
    NOTHING
  }

  /** What comes of a message of the client. */
  public sealed interface Step {
    /** Send this as AuthenticationSASLContinue, and wait for the last message. */
    record Continue(byte[] serverFirst) implements Step {
      @Override
      public String toString() {
        return "Continue";
      }
    }

    /**
     * The client has proved that it knows the password.
     *
     * @param serverFinal to be sent as AuthenticationSASLFinal
     * @param clientKey what the proof revealed: with the verifier's ServerKey, it logs in at the
     *     instance's own server. As secret as the password; whoever takes it wipes it.
     */
    record Done(byte[] serverFinal, byte[] clientKey) implements Step {
      @Override
      public String toString() {
        return "Done";
      }
    }

    /** It is over. */
    record Refused(ScramRefusal reason) implements Step {}
  }

  private ScramExchange(
      ScramVerifier verifier,
      Optional<byte[]> tlsServerEndPoint,
      boolean mock,
      String serverNonce) {
    this.verifier = verifier;
    this.tlsServerEndPoint = tlsServerEndPoint;
    this.mock = mock;
    this.serverNonce = serverNonce;
  }

  /**
   * Begins an exchange.
   *
   * @param tlsServerEndPoint the hash of the certificate that this client was shown (RFC 5929,
   *     section 4.1); empty without TLS
   * @param mock whether the verifier is made up, so that the login must fail however good the proof
   */
  public static ScramExchange start(
      ScramVerifier verifier, Optional<byte[]> tlsServerEndPoint, boolean mock) {
    return start(verifier, tlsServerEndPoint, mock, ScramCrypto.nonce());
  }

  static ScramExchange start(
      ScramVerifier verifier,
      Optional<byte[]> tlsServerEndPoint,
      boolean mock,
      String serverNonce) {
    return new ScramExchange(verifier, tlsServerEndPoint, mock, serverNonce);
  }

  /** What to offer, the better one first. */
  public List<String> mechanisms() {
    return tlsServerEndPoint.isPresent() ? List.of(MECHANISM_PLUS, MECHANISM) : List.of(MECHANISM);
  }

  /** Takes the client's choice of mechanism and its client-first-message. */
  public Step first(String mechanism, byte[] clientFirst) {
    if (expecting != Expecting.FIRST) {
      return refuse(ScramRefusal.MALFORMED);
    }
    if (!mechanisms().contains(mechanism)) {
      return refuse(ScramRefusal.UNKNOWN_MECHANISM);
    }
    Optional<ScramAttributes> reader = ScramAttributes.of(clientFirst, MOST_BYTES);
    if (reader.isEmpty()) {
      return refuse(ScramRefusal.MALFORMED);
    }
    ScramAttributes message = reader.get();
    Optional<ScramRefusal> problem =
        readBindingFlag(message, mechanism.equals(MECHANISM_PLUS))
            .or(() -> readNoAuthorizationIdentity(message))
            .or(() -> readClientFirstBare(message));
    if (problem.isPresent()) {
      return refuse(problem.get());
    }
    nonce += serverNonce;
    serverFirst =
        "r="
            + nonce
            + ",s="
            + Base64.getEncoder().encodeToString(verifier.salt())
            + ",i="
            + verifier.iterations();
    expecting = Expecting.LAST;
    return new Step.Continue(serverFirst.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Takes the client-final-message. */
  public Step last(byte[] clientFinal) {
    if (expecting != Expecting.LAST) {
      return refuse(ScramRefusal.MALFORMED);
    }
    expecting = Expecting.NOTHING;
    Optional<ScramAttributes> reader = ScramAttributes.of(clientFinal, MOST_BYTES);
    if (reader.isEmpty()) {
      return refuse(ScramRefusal.MALFORMED);
    }
    ScramAttributes message = reader.get();
    Optional<String> binding = message.next('c');
    Optional<String> echoed = message.next('r');
    Optional<byte[]> proof = readProof(message);
    if (binding.isEmpty() || echoed.isEmpty() || proof.isEmpty()) {
      return refuse(ScramRefusal.MALFORMED);
    }
    if (!isSame(binding.get(), expectedBinding())) {
      return refuse(bindingFlag == 'p' ? ScramRefusal.CHANNEL_BINDING : ScramRefusal.MALFORMED);
    }
    if (!isSame(echoed.get(), nonce)) {
      return refuse(ScramRefusal.MALFORMED);
    }
    return judge(proof.get(), message.upTo(withoutProof));
  }

  /** RFC 5802, section 3. A made-up verifier costs the same. */
  private Step judge(byte[] proof, String clientFinalWithoutProof) {
    String authMessage = clientFirstBare + "," + serverFirst + "," + clientFinalWithoutProof;
    byte[] clientSignature = ScramCrypto.hmac(verifier.storedKey(), authMessage);
    byte[] clientKey = ScramCrypto.xor(proof, clientSignature);
    boolean proved = MessageDigest.isEqual(ScramCrypto.sha256(clientKey), verifier.storedKey());
    byte[] serverSignature = ScramCrypto.hmac(verifier.serverKey(), authMessage);
    if (!proved || mock) {
      Arrays.fill(clientKey, (byte) 0);
      return refuse(ScramRefusal.WRONG_PASSWORD);
    }
    String serverFinal = "v=" + Base64.getEncoder().encodeToString(serverSignature);
    return new Step.Done(serverFinal.getBytes(StandardCharsets.ISO_8859_1), clientKey);
  }

  /** {@code gs2-cbind-flag}: what the client thinks of channel binding. */
  private Optional<ScramRefusal> readBindingFlag(ScramAttributes message, boolean plus) {
    bindingFlag = message.peek();
    return switch (bindingFlag) {
      case 'n' -> {
        message.skip('n');
        yield comma(message, plus ? Optional.of(ScramRefusal.MALFORMED) : Optional.empty());
      }
      case 'y' -> {
        message.skip('y');
        if (plus) {
          yield Optional.of(ScramRefusal.MALFORMED);
        }
        yield comma(
            message,
            tlsServerEndPoint.isPresent() ? Optional.of(ScramRefusal.DOWNGRADE) : Optional.empty());
      }
      case 'p' -> {
        Optional<String> type = message.next('p');
        yield plus && type.isPresent() && type.get().equals(BINDING)
            ? Optional.empty()
            : Optional.of(ScramRefusal.MALFORMED);
      }
      default -> Optional.of(ScramRefusal.MALFORMED);
    };
  }

  private static Optional<ScramRefusal> comma(
      ScramAttributes message, Optional<ScramRefusal> otherwise) {
    return message.skip(',') ? otherwise : Optional.of(ScramRefusal.MALFORMED);
  }

  private static Optional<ScramRefusal> readNoAuthorizationIdentity(ScramAttributes message) {
    if (message.peek() == 'a') {
      return Optional.of(ScramRefusal.UNSUPPORTED);
    }
    return message.skip(',') ? Optional.empty() : Optional.of(ScramRefusal.MALFORMED);
  }

  /** The name in it is ignored, as PostgreSQL does: the startup packet has said who it is. */
  private Optional<ScramRefusal> readClientFirstBare(ScramAttributes message) {
    clientFirstBare = message.from(message.position());
    if (message.peek() == 'm') {
      return Optional.of(ScramRefusal.UNSUPPORTED);
    }
    Optional<String> name = message.next('n');
    Optional<String> clientNonce = message.next('r');
    if (name.isEmpty() || clientNonce.isEmpty() || !ScramCrypto.isPrintable(clientNonce.get())) {
      return Optional.of(ScramRefusal.MALFORMED);
    }
    while (message.peek() != '\0') {
      if (message.nextOfAnyName().isEmpty()) {
        return Optional.of(ScramRefusal.MALFORMED);
      }
    }
    nonce = clientNonce.get();
    return Optional.empty();
  }

  /** Skips extensions; the proof must be what comes last. */
  private Optional<byte[]> readProof(ScramAttributes message) {
    while (message.peek() != 'p') {
      if (message.nextOfAnyName().isEmpty()) {
        return Optional.empty();
      }
    }
    withoutProof = message.position() - 1;
    Optional<String> value = message.next('p');
    if (value.isEmpty() || message.peek() != '\0') {
      return Optional.empty();
    }
    return decode(value.get()).filter(bytes -> bytes.length == ScramCrypto.KEY_BYTES);
  }

  /** Base 64 in the one form that encoding gives, so that a proof has one spelling. */
  private static Optional<byte[]> decode(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The gs2 header and, where the channel is bound, the hash of our certificate, in base 64. */
  private String expectedBinding() {
    byte[] header =
        (bindingFlag == 'p' ? "p=" + BINDING + ",," : bindingFlag + ",,")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] hash = bindingFlag == 'p' ? tlsServerEndPoint.orElseThrow() : new byte[0];
    byte[] both = Arrays.copyOf(header, header.length + hash.length);
    System.arraycopy(hash, 0, both, header.length, hash.length);
    return Base64.getEncoder().encodeToString(both);
  }

  private static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.ISO_8859_1), other.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Step refuse(ScramRefusal reason) {
    expecting = Expecting.NOTHING;
    return new Step.Refused(reason);
  }
}
