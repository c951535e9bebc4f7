package io.taidon.gateway.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The body of PostgreSQL's SASLInitialResponse message.
 *
 * @param data the mechanism's first message; empty if the client waits for an empty challenge
 */
public record SaslInitialResponse(String mechanism, Optional<byte[]> data) {
  private static final int MOST_NAME_BYTES = 64;

  /** Reads the body, without type and length; empty if it is malformed. */
  public static Optional<SaslInitialResponse> parse(byte[] body) {
    int end = 0;
    while (end < body.length && body[end] != 0) {
      end++;
    }
    if (end > MOST_NAME_BYTES || body.length - end < 1 + Integer.BYTES) {
      return Optional.empty();
    }
    String mechanism = new String(body, 0, end, StandardCharsets.ISO_8859_1);
    int start = end + 1 + Integer.BYTES;
    int length = ByteBuffer.wrap(body, end + 1, Integer.BYTES).getInt();
    if (length == -1 && start == body.length) {
      return Optional.of(new SaslInitialResponse(mechanism, Optional.empty()));
    }
    return length == body.length - start
        ? Optional.of(
            new SaslInitialResponse(
                mechanism, Optional.of(Arrays.copyOfRange(body, start, body.length))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "SaslInitialResponse";
  }
}
