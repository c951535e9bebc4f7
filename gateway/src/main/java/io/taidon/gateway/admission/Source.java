package io.taidon.gateway.admission;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Who is counted as one: an IPv4 address, or the /64 of an IPv6 address, since whoever has one
 * address of that has them all.
 */
record Source(int version, long bits) {
  static Source of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? new Source(4, Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt()))
        : new Source(6, ByteBuffer.wrap(bytes).getLong());
  }

  /** The /24 of an IPv4 address; the /64 of an IPv6 address. */
  Source network() {
    return version == 4 ? new Source(4, bits & ~0xffL) : this;
  }
}
