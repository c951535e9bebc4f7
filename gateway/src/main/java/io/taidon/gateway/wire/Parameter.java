package io.taidon.gateway.wire;

/**
 * A name and value of a StartupMessage, both as {@link RawText}, so that no byte is lost.
 *
 * @throws IllegalArgumentException if one cannot be sent: a zero byte, or an empty name
 */
public record Parameter(String name, String value) {
  public Parameter {
    RawText.require(name);
    RawText.require(value);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an empty name ends the message");
    }
  }

  /** The name only: values may be secrets. */
  @Override
  public String toString() {
    return name;
  }
}
