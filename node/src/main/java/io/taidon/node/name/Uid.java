package io.taidon.node.name;

import java.util.regex.Pattern;

/** The uid that the API server gave an object: a UUID in lower case. */
public record Uid(String text) {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  public Uid {
    if (!FORM.matcher(text).matches()) {
      throw Refusals.invalid(Refusals.shown(text) + " is not the uid of a Kubernetes object.");
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
