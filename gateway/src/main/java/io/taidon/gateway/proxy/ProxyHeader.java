package io.taidon.gateway.proxy;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * What the first bytes of a proxied connection say (section 2.2 of the specification). Version 1,
 * which is text, is refused. Read here and not by a codec, because all we want is one address: what
 * follows it (TLVs) is skipped and costs nothing.
 */
public sealed interface ProxyHeader {
  /**
   * A whole header.
   *
   * @param client empty if the proxy speaks for itself, as in a health check
   */
  record Read(Optional<InetSocketAddress> client) implements ProxyHeader {}

  /** The beginning of one. */
  record NeedsMore() implements ProxyHeader {}

  /** No header, or one that says nothing we can use. */
  record Refused() implements ProxyHeader {}

  /** The most bytes of a header, those of addresses and TLVs included. */
  int MOST_BYTES = 4096;

  /** Takes a header from the front of what arrived; takes nothing unless it is whole. */
  static ProxyHeader read(ByteBuf in) {
    return Reader.read(in);
  }

  /** Behind the interface, because an interface hides nothing. */
  final class Reader {
    private static final byte[] SIGNATURE = {
      '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };
    private static final int HEADER_BYTES = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP_IPV4 = 0x11;
    private static final int TCP_IPV6 = 0x21;

    private Reader() {}

    private static ProxyHeader read(ByteBuf in) {
      int start = in.readerIndex();
      int there = in.readableBytes();
      for (int i = 0; i < Math.min(there, SIGNATURE.length); i++) {
        if (in.getByte(start + i) != SIGNATURE[i]) {
          return new Refused();
        }
      }
      if (there < HEADER_BYTES) {
        return new NeedsMore();
      }
      int command = in.getUnsignedByte(start + 12);
      int length = in.getUnsignedShort(start + 14);
      if ((command != LOCAL && command != PROXY) || length > MOST_BYTES - HEADER_BYTES) {
        return new Refused();
      }
      if (there < HEADER_BYTES + length) {
        return new NeedsMore();
      }
      int family = in.getUnsignedByte(start + 13);
      in.skipBytes(HEADER_BYTES);
      ByteBuf addresses = in.readSlice(length);
      if (command == LOCAL || family == UNSPECIFIED) {
        return new Read(Optional.empty());
      }
      return switch (family) {
        case TCP_IPV4 -> source(addresses, 4);
        case TCP_IPV6 -> source(addresses, 16);
        default -> new Refused();
      };
    }

    /** Source address, destination address, source port, destination port. */
    private static ProxyHeader source(ByteBuf in, int bytes) {
      if (in.readableBytes() < 2 * bytes + 4) {
        return new Refused();
      }
      byte[] address = new byte[bytes];
      in.readBytes(address).skipBytes(bytes);
      try {
        return new Read(
            Optional.of(
                new InetSocketAddress(InetAddress.getByAddress(address), in.readUnsignedShort())));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("4 and 16 bytes are addresses", e);
      }
    }
  }
}
