package io.taidon.node.name;

import java.util.regex.Pattern;

/** The name of a Kubernetes namespace: a DNS label of RFC 1123. */
public record Namespace(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  public Namespace {
    if (!FORM.matcher(text).matches()) {
      throw Refusals.invalid(Refusals.shown(text) + " is not the name of a namespace.");
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
