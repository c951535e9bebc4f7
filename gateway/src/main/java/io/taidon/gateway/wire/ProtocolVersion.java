package io.taidon.gateway.wire;

/**
 * A version of PostgreSQL's frontend/backend protocol.
 *
 * @param major unsigned 16 bits
 * @param minor unsigned 16 bits
 */
public record ProtocolVersion(int major, int minor) {
  public static final ProtocolVersion V3_0 = new ProtocolVersion(3, 0);

  /** The newest there is. It differs from 3.0 in the length of cancel keys only. */
  public static final ProtocolVersion V3_2 = new ProtocolVersion(3, 2);

  public ProtocolVersion {
    if ((major & ~0xffff) != 0 || (minor & ~0xffff) != 0) {
      throw new IllegalArgumentException("a version has two halves of 16 bits");
    }
  }

  public static ProtocolVersion of(int code) {
    return new ProtocolVersion(code >>> 16, code & 0xffff);
  }

  /** As it is sent. */
  public int code() {
    return major << 16 | minor;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
