package io.taidon.gateway.directory;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a client names an instance: its id, an unambiguous prefix of it, or a name bound to it. What
 * a reference means is for the directory to say; that it is harmless in a log, a path and a DNS
 * label is said here.
 *
 * @param text lower-case letters, digits and hyphens in the manner of an RFC 1123 label, or the
 *     same with a namespace after a dot
 */
public record InstanceReference(String text) {
  private static final Pattern FORM =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?");

  public InstanceReference {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a reference to an instance");
    }
  }

  /** The reference that a client's text is, or empty if it cannot be one. */
  public static Optional<InstanceReference> parse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new InstanceReference(text))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
