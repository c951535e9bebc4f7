package io.taidon.gateway.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a ClientHello says that we decide by before the handshake (RFC 8446, section 4.1.2).
 *
 * @param serverName by RFC 6066, in lower case
 * @param alpn whether PostgreSQL's protocol is among those that it offers
 */
public record ClientHello(Optional<String> serverName, Offer alpn) {
  /** What a client offers by ALPN. */
  public enum Offer {
    /** It does not use ALPN. */
    NOTHING,
    /** {@code postgresql}, perhaps among others. */
    POSTGRESQL,
    /** Only others: it wants to speak to somebody else. */
    OTHERS
  }

  private static final int RANDOM_AND_VERSION_BYTES = 34;
  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int HOST_NAME = 0;
  private static final Pattern HOST = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.?");
  private static final int MOST_HOST_BYTES = 255;

  /**
   * Reads a ClientHello without its headers. What cannot be read counts as not said: the handshake
   * itself will fail on it. Leaves the indices alone.
   */
  public static ClientHello read(ByteBuf message) {
    ByteBuf in = message.slice();
    try {
      in.skipBytes(RANDOM_AND_VERSION_BYTES);
      in.skipBytes(in.readUnsignedByte());
      in.skipBytes(in.readUnsignedShort());
      in.skipBytes(in.readUnsignedByte());
      return readExtensions(in.readSlice(in.readUnsignedShort()));
    } catch (IndexOutOfBoundsException e) {
      return new ClientHello(Optional.empty(), Offer.NOTHING);
    }
  }

  private static ClientHello readExtensions(ByteBuf extensions) {
    Optional<String> serverName = Optional.empty();
    Offer offer = Offer.NOTHING;
    while (extensions.isReadable()) {
      int type = extensions.readUnsignedShort();
      ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
      if (type == SERVER_NAME) {
        serverName = readServerName(content);
      } else if (type == ALPN) {
        offer = readProtocols(content);
      }
    }
    return new ClientHello(serverName, offer);
  }

  private static Optional<String> readServerName(ByteBuf content) {
    ByteBuf names = content.readSlice(content.readUnsignedShort());
    if (!names.isReadable() || names.readUnsignedByte() != HOST_NAME) {
      return Optional.empty();
    }
    ByteBuf host = names.readSlice(names.readUnsignedShort());
    if (host.readableBytes() > MOST_HOST_BYTES) {
      return Optional.empty();
    }
    String name = host.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return HOST.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  private static Offer readProtocols(ByteBuf content) {
    ByteBuf names = content.readSlice(content.readUnsignedShort());
    while (names.isReadable()) {
      String name = names.readSlice(names.readUnsignedByte()).toString(StandardCharsets.ISO_8859_1);
      if (name.equals(Alpn.POSTGRESQL)) {
        return Offer.POSTGRESQL;
      }
    }
    return Offer.OTHERS;
  }
}
