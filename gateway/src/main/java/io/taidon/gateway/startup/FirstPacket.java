package io.taidon.gateway.startup;

import io.netty.buffer.ByteBuf;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import io.taidon.gateway.wire.RawText;
import io.taidon.gateway.wire.SqlState;
import java.util.ArrayList;
import java.util.List;

/**
 * A packet without a type, as connections begin with. What is refused, and how, follows
 * PostgreSQL's backend_startup.c.
 */
sealed interface FirstPacket {
  /** Less than a packet is there. */
  record NeedsMore() implements FirstPacket {}

  /** The length is none that a packet can have; PostgreSQL does not answer either. */
  record Impossible() implements FirstPacket {}

  record EncryptionRequest(Encryption kind) implements FirstPacket {}

  record Cancel(int pid, byte[] key) implements FirstPacket {}

  /** A CancelRequest with an impossible key. Cancels are never answered. */
  record MalformedCancel() implements FirstPacket {}

  record Startup(StartupMessage message) implements FirstPacket {}

  /** Turned away with an error. */
  record Refused(Fault fault) implements FirstPacket {}

  /** What a client can ask to be encrypted with. */
  enum Encryption {
    TLS("SSL"),
    GSSAPI("GSSAPI encryption");

    private final String words;

    Encryption(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** PostgreSQL's MAX_STARTUP_PACKET_LENGTH, and the length itself. */
  int MOST_BYTES = 10_000 + 4;

  /** Takes a packet from the front of what arrived; takes nothing unless it is whole. */
  static FirstPacket read(ByteBuf in) {
    return Reader.read(in);
  }

  /** Behind the interface, because an interface hides nothing. */
  final class Reader {
    private static final int LENGTH_BYTES = 4;
    private static final int HEADER_BYTES = 8;
    private static final int LEAST_KEY = 4;
    private static final int MOST_KEY = 256;

    private Reader() {}

    private static FirstPacket read(ByteBuf in) {
      if (in.readableBytes() < LENGTH_BYTES) {
        return new NeedsMore();
      }
      long length = in.getUnsignedInt(in.readerIndex());
      if (length < HEADER_BYTES || length > MOST_BYTES) {
        return new Impossible();
      }
      if (in.readableBytes() < length) {
        return new NeedsMore();
      }
      ByteBuf packet = in.readSlice((int) length).skipBytes(LENGTH_BYTES);
      int code = packet.readInt();
      return switch (code) {
        case Messages.CANCEL_REQUEST -> cancel(packet);
        case Messages.SSL_REQUEST -> encryption(Encryption.TLS, packet);
        case Messages.GSSENC_REQUEST -> encryption(Encryption.GSSAPI, packet);
        default -> startup(ProtocolVersion.of(code), packet);
      };
    }

    private static FirstPacket cancel(ByteBuf body) {
      int keyBytes = body.readableBytes() - Integer.BYTES;
      if (keyBytes < LEAST_KEY || keyBytes > MOST_KEY) {
        return new MalformedCancel();
      }
      int pid = body.readInt();
      byte[] key = new byte[keyBytes];
      body.readBytes(key);
      return new Cancel(pid, key);
    }

    private static FirstPacket encryption(Encryption kind, ByteBuf body) {
      return body.isReadable()
          ? new Refused(
              Fault.fatal(
                  SqlState.PROTOCOL_VIOLATION, "invalid length of a request for " + kind.words()))
          : new EncryptionRequest(kind);
    }

    private static FirstPacket startup(ProtocolVersion version, ByteBuf body) {
      if (version.major() != 3) {
        return new Refused(unsupported(version));
      }
      List<Parameter> parameters = new ArrayList<>();
      while (body.isReadable()) {
        int nameBytes = body.bytesBefore((byte) 0);
        if (nameBytes <= 0) {
          break; // the end, or no end
        }
        int valueBytes = bytesBeforeZero(body, nameBytes + 1);
        if (valueBytes < 0) {
          break;
        }
        String name = take(body, nameBytes);
        parameters.add(new Parameter(name, take(body, valueBytes)));
      }
      if (body.readableBytes() != 1 || body.readByte() != 0) {
        return new Refused(
            Fault.fatal(
                SqlState.PROTOCOL_VIOLATION,
                "invalid startup packet layout: expected terminator as last byte"));
      }
      return checked(new StartupMessage(version, parameters));
    }

    private static FirstPacket checked(StartupMessage message) {
      for (Parameter parameter : message.parameters()) {
        if (parameter.name().equals("replication")
            && StartupMessage.walSender(parameter.value()).isEmpty()) {
          return new Refused(
              Fault.fatal(
                      SqlState.INVALID_PARAMETER_VALUE,
                      "invalid value for parameter \"replication\": \"%s\""
                          .formatted(RawText.readable(parameter.value())))
                  .withHint("Valid values are: \"false\", 0, \"true\", 1, \"database\"."));
        }
      }
      if (message.last("user").filter(name -> !name.isEmpty()).isEmpty()) {
        return new Refused(
            Fault.fatal(
                SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                "no PostgreSQL user name specified in startup packet"));
      }
      return new Startup(message);
    }

    private static int bytesBeforeZero(ByteBuf body, int from) {
      int at = body.readerIndex() + from;
      int end = body.indexOf(at, body.writerIndex(), (byte) 0);
      return end < 0 ? -1 : end - at;
    }

    private static String take(ByteBuf body, int bytes) {
      byte[] raw = new byte[bytes];
      body.readBytes(raw).skipBytes(1);
      return RawText.of(raw);
    }
  }

  /** What a version gets that we do not speak, and so does a second request for encryption. */
  static Fault unsupported(ProtocolVersion version) {
    return Fault.fatal(
        SqlState.FEATURE_NOT_SUPPORTED,
        "unsupported frontend protocol %s: server supports %s to %s"
            .formatted(version, ProtocolVersion.V3_0, ProtocolVersion.V3_2));
  }
}
