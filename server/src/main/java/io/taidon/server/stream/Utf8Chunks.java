package io.taidon.server.stream;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Cuts a stream of bytes into text at character boundaries: a character that arrives in two parts
 * is held back until it is whole. Bytes that are not UTF-8 stay bytes. Not thread-safe.
 */
final class Utf8Chunks {
  private static final int LONGEST_PARTIAL_CHARACTER = 3;

  private byte[] held = {};

  /** Text, or bytes in base64; exactly one of the two. */
  record Chunk(Optional<String> text, Optional<String> base64) {}

  /** What can go out now of what was held and these bytes. */
  Optional<Chunk> add(byte[] bytes, int length) {
    byte[] all = Arrays.copyOf(held, held.length + length);
    System.arraycopy(bytes, 0, all, held.length, length);
    int whole = all.length - partialCharacterAtEnd(all);
    held = Arrays.copyOfRange(all, whole, all.length);
    return chunk(all, whole);
  }

  /** What is still held at the end: half a character. */
  Optional<Chunk> rest() {
    byte[] rest = held;
    held = new byte[0];
    return chunk(rest, rest.length);
  }

  private static Optional<Chunk> chunk(byte[] bytes, int length) {
    if (length == 0) {
      return Optional.empty();
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      return Optional.of(new Chunk(Optional.of(text), Optional.empty()));
    } catch (CharacterCodingException e) {
      String base64 = Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, length));
      return Optional.of(new Chunk(Optional.empty(), Optional.of(base64)));
    }
  }

  /** How many bytes at the end begin a character that does not end there. */
  private static int partialCharacterAtEnd(byte[] bytes) {
    int most = Math.min(LONGEST_PARTIAL_CHARACTER, bytes.length);
    for (int back = 1; back <= most; back++) {
      int value = bytes[bytes.length - back] & 0xFF;
      if (value >= 0xC0) {
        return back < characterLength(value) ? back : 0;
      }
      if (value < 0x80) {
        return 0;
      }
    }
    return 0;
  }

  private static int characterLength(int leadByte) {
    if (leadByte >= 0xF0) {
      return 4;
    }
    return leadByte >= 0xE0 ? 3 : 2;
  }
}
