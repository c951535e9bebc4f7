package io.taidon.engine.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The password of one instance: 192 random bits, in a file that only the engine's user reads, and
 * nowhere else.
 */
final class InstanceSecret {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 24;

  private InstanceSecret() {}

  static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static void write(Path file, String password) {
    OwnerOnlyFile.write(file, password);
  }

  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
