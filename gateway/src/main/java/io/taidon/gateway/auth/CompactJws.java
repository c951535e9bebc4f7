package io.taidon.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The three parts of a JSON Web Signature in compact form (RFC 7515, section 7.1), with only one
 * spelling of each. Takes bytes, so that the whole token never becomes a text.
 *
 * @param signed what the signature is over
 */
record CompactJws(String header, String payload, byte[] signed, byte[] signature) {
  static Optional<CompactJws> parse(byte[] token) {
    int first = indexOfDot(token, 0);
    int second = first < 0 ? -1 : indexOfDot(token, first + 1);
    if (second < 0 || indexOfDot(token, second + 1) >= 0) {
      return Optional.empty();
    }
    Optional<byte[]> header = decode(token, 0, first);
    Optional<byte[]> payload = decode(token, first + 1, second);
    Optional<byte[]> signature = decode(token, second + 1, token.length);
    if (header.isEmpty() || payload.isEmpty() || signature.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new CompactJws(
            new String(header.get(), StandardCharsets.UTF_8),
            new String(payload.get(), StandardCharsets.UTF_8),
            Arrays.copyOf(token, second),
            signature.get()));
  }

  private static int indexOfDot(byte[] token, int from) {
    for (int i = from; i < token.length; i++) {
      if (token[i] == '.') {
        return i;
      }
    }
    return -1;
  }

  private static Optional<byte[]> decode(byte[] token, int from, int to) {
    byte[] part = Arrays.copyOfRange(token, from, to);
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(part);
      byte[] again = Base64.getUrlEncoder().withoutPadding().encode(decoded);
      return Arrays.equals(part, again) ? Optional.of(decoded) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "CompactJws";
  }
}
