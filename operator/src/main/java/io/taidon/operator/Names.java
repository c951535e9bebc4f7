package io.taidon.operator;

import io.taidon.core.state.StateId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names of what the operator makes. */
public final class Names {
  /** The longest name of a pod whose host name is not cut. */
  private static final int LONGEST = 63;

  private static final int DIGEST = 10;
  private static final int STATE_DIGITS = 32;

  private Names() {}

  /** The name of something that belongs to an object; long ones are cut and made unique again. */
  public static String child(String owner, String suffix) {
    String whole = owner.replace('.', '-') + "-" + suffix;
    if (whole.length() <= LONGEST && !owner.contains(".")) {
      return whole;
    }
    String unique = "-" + sha256(owner).substring(0, DIGEST) + "-" + suffix;
    String head = owner.replace('.', '-');
    return head.substring(0, Math.min(head.length(), LONGEST - unique.length()))
            .replaceAll("-+$", "")
        + unique;
  }

  /** The name of a state's StateSnapshot. */
  public static String snapshot(StateId id) {
    return "s-" + id.hex().substring(0, STATE_DIGITS);
  }

  /** The value of a label: a name, cut and made unique again if it is longer than labels may be. */
  public static String label(String name) {
    return name.length() <= LONGEST
        ? name
        : name.substring(0, LONGEST - 1 - DIGEST) + "-" + sha256(name).substring(0, DIGEST);
  }

  /** SHA-256 of text, in hexadecimal; for names only, never for the identity of a state. */
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** SHA-256 of bytes, in hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
