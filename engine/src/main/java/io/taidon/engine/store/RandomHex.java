package io.taidon.engine.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** 128 random bits as 32 lower-case hexadecimal digits: the form of every id that is not a hash. */
final class RandomHex {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  private RandomHex() {}

  static String next() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static boolean matches(String text) {
    return FORM.matcher(text).matches();
  }

  static void require(String hex, String what) {
    if (!matches(hex)) {
      throw new IllegalArgumentException(what + " is 32 lower-case hexadecimal digits");
    }
  }
}
