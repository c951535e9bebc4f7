package io.taidon.cli;

/** The version of this {@code sqlrs}; a constant, because reading a resource costs milliseconds. */
public final class Version {
  public static final String CURRENT = "0.1.0";

  private Version() {}
}
