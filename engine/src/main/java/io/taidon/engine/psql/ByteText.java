package io.taidon.engine.psql;

import java.nio.charset.StandardCharsets;

/**
 * Bytes of a script held in strings, one character per byte, so that text in any encoding passes
 * through unharmed and offsets are byte offsets.
 */
final class ByteText {
  private ByteText() {}

  static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static String encode(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  static String decode(String byteText) {
    return new String(bytes(byteText), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String byteText) {
    return byteText.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** psql's {@code variable_char}. */
  static boolean isVariableCharacter(int c) {
    return c == '_' || isDigit(c) || isLetter(c);
  }

  /** A character that can start an identifier, which any byte above ASCII can. */
  static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isSpace(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
  }
}
