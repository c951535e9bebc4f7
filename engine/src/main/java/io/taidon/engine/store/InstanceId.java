package io.taidon.engine.store;

/** The identity of an instance: 32 random hexadecimal digits. */
public record InstanceId(String hex) {
  public InstanceId {
    RandomHex.require(hex, "an instance id");
  }

  /** A new one, from a cryptographic random source. */
  public static InstanceId random() {
    return new InstanceId(RandomHex.next());
  }

  @Override
  public String toString() {
    return hex;
  }
}
