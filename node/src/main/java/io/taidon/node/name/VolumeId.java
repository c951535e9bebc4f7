package io.taidon.node.name;

import java.util.regex.Pattern;

/**
 * A kubelet's id of an inline volume: {@code csi-} and 64 hexadecimal digits, a hash of pod and
 * volume, so the same for every try and after every restart.
 */
public record VolumeId(String text) {
  private static final Pattern FORM = Pattern.compile("csi-[0-9a-f]{64}");

  public VolumeId {
    if (!FORM.matcher(text).matches()) {
      throw Refusals.invalid(
          "The volume id "
              + Refusals.shown(text)
              + " is not one of an inline volume: csi- and 64 hexadecimal digits.");
    }
  }

  public static boolean matches(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
