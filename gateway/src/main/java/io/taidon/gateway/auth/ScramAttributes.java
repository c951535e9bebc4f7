package io.taidon.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads one SCRAM message from left to right: {@code x=value} attributes with commas between them
 * (RFC 5802, section 7). The text is an ISO-8859-1 view, so every byte is one character. Not
 * thread-safe.
 */
final class ScramAttributes {
  private final String text;
  private int at;

  private ScramAttributes(String text) {
    this.text = text;
  }

  /** A reader of a message; empty if it is empty, longer than allowed, or holds a NUL. */
  static Optional<ScramAttributes> of(byte[] message, int mostBytes) {
    if (message.length == 0 || message.length > mostBytes) {
      return Optional.empty();
    }
    String text = new String(message, StandardCharsets.ISO_8859_1);
    return text.indexOf('\0') >= 0 ? Optional.empty() : Optional.of(new ScramAttributes(text));
  }

  /** The value of the next attribute, which must have this name. */
  Optional<String> next(char name) {
    return peek() == name ? nextOfAnyName() : Optional.empty();
  }

  /** The value of the next attribute, which may be an extension. */
  Optional<String> nextOfAnyName() {
    if (!isLetter(peek()) || at + 1 >= text.length() || text.charAt(at + 1) != '=') {
      return Optional.empty();
    }
    int end = text.indexOf(',', at);
    String value = text.substring(at + 2, end < 0 ? text.length() : end);
    at = end < 0 ? text.length() : end + 1;
    return Optional.of(value);
  }

  /** Skips one character, which must be this one. */
  boolean skip(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  /** The next character, or NUL at the end. */
  char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  int position() {
    return at;
  }

  /** All of the message up to a position. */
  String upTo(int position) {
    return text.substring(0, position);
  }

  /** All of the message from a position. */
  String from(int position) {
    return text.substring(position);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
