package io.taidon.gateway.wire;

import java.nio.charset.StandardCharsets;

/**
 * Text in an encoding that nobody knows yet. Until a session has a database, a name is just bytes;
 * as a String they are held one byte a character (ISO-8859-1), so that they can be sent on
 * unchanged.
 */
public final class RawText {
  private RawText() {}

  public static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /**
   * The bytes again.
   *
   * @throws IllegalArgumentException if it is no such text, or has a zero byte, which ends a string
   *     of the protocol
   */
  public static byte[] bytes(String raw) {
    require(raw);
    return raw.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Throws what {@link #bytes} would. A loop, because this runs a dozen times in each login and a
   * stream costs more than what it looks at.
   */
  static void require(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == 0 || c > 0xff) {
        throw new IllegalArgumentException("not raw text: a character is no byte, or zero");
      }
    }
  }

  /** For people: read as UTF-8, with a replacement for what is not. */
  public static String readable(String raw) {
    return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** From text of ours, so that a server which speaks UTF-8 reads the same. */
  public static String fromReadable(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }
}
