package io.taidon.gateway.auth;

import io.taidon.gateway.directory.Access;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** The claims of our tokens: short names, because passwords are. */
final class ClaimNames {
  static final String INSTANCE = "ins";
  static final String ACCESS = "acc";
  static final String NETWORK = "net";

  /**
   * All that may be there. A claim that is not understood may be a restriction, so a token with one
   * is refused.
   */
  static final Set<String> KNOWN =
      Set.of("aud", "sub", "nbf", "exp", "jti", "iat", "iss", INSTANCE, ACCESS, NETWORK);

  private static final int MOST_ROLE_BYTES = 63;

  private ClaimNames() {}

  static String text(Access access) {
    return switch (access) {
      case READ_ONLY -> "ro";
      case READ_WRITE -> "rw";
    };
  }

  static Optional<Access> access(String text) {
    return switch (text) {
      case "ro" -> Optional.of(Access.READ_ONLY);
      case "rw" -> Optional.of(Access.READ_WRITE);
      default -> Optional.empty();
    };
  }

  static boolean isRole(String text) {
    return !text.isEmpty()
        && text.getBytes(StandardCharsets.UTF_8).length <= MOST_ROLE_BYTES
        && text.indexOf('\0') < 0;
  }
}
