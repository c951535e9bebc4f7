package io.taidon.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Encodes the messages that the gateway sends itself (PostgreSQL documentation, "Message Formats").
 * Each method returns one buffer with one message; the caller owns it.
 */
public final class Messages {
  /** The code in the place of a version that asks for TLS. */
  public static final int SSL_REQUEST = 80877103;

  /** The code that asks for encryption by GSSAPI. */
  public static final int GSSENC_REQUEST = 80877104;

  /** The code of a CancelRequest. */
  public static final int CANCEL_REQUEST = 80877102;

  /** libpq takes longer errors for those of servers before version 7.4, which had no length. */
  private static final int MOST_TEXT_BYTES = 4096;

  private static final int AUTHENTICATION_OK = 0;
  private static final int AUTHENTICATION_CLEARTEXT_PASSWORD = 3;
  private static final int AUTHENTICATION_SASL = 10;
  private static final int AUTHENTICATION_SASL_CONTINUE = 11;
  private static final int AUTHENTICATION_SASL_FINAL = 12;

  private Messages() {}

  /** ErrorResponse. */
  public static ByteBuf error(ByteBufAllocator alloc, Fault fault) {
    return message(alloc, 'E', out -> fields(out, fault));
  }

  /** NoticeResponse. Clients understand it after AuthenticationOk only. */
  public static ByteBuf notice(
      ByteBufAllocator alloc, SqlState state, String message, Optional<String> hint) {
    Fault notice = new Fault(Severity.NOTICE, state, message, Optional.empty(), hint);
    return message(alloc, 'N', out -> fields(out, notice));
  }

  public static ByteBuf authenticationOk(ByteBufAllocator alloc) {
    return authentication(alloc, AUTHENTICATION_OK, new byte[0]);
  }

  public static ByteBuf authenticationCleartextPassword(ByteBufAllocator alloc) {
    return authentication(alloc, AUTHENTICATION_CLEARTEXT_PASSWORD, new byte[0]);
  }

  /** AuthenticationSASL: the mechanisms on offer, the preferred one first. */
  public static ByteBuf authenticationSasl(ByteBufAllocator alloc, List<String> mechanisms) {
    return message(
        alloc,
        'R',
        out -> {
          out.writeInt(AUTHENTICATION_SASL);
          mechanisms.forEach(mechanism -> raw(out, mechanism));
          out.writeByte(0);
        });
  }

  public static ByteBuf authenticationSaslContinue(ByteBufAllocator alloc, byte[] data) {
    return authentication(alloc, AUTHENTICATION_SASL_CONTINUE, data);
  }

  public static ByteBuf authenticationSaslFinal(ByteBufAllocator alloc, byte[] data) {
    return authentication(alloc, AUTHENTICATION_SASL_FINAL, data);
  }

  public static ByteBuf parameterStatus(ByteBufAllocator alloc, String name, String value) {
    return message(
        alloc,
        'S',
        out -> {
          text(out, name);
          text(out, value);
        });
  }

  /**
   * BackendKeyData.
   *
   * @param key 4 bytes for a client of 3.0; 4 to 256 for one of 3.2
   */
  public static ByteBuf backendKeyData(ByteBufAllocator alloc, int pid, byte[] key) {
    requireKey(key);
    return message(
        alloc,
        'K',
        out -> {
          out.writeInt(pid);
          out.writeBytes(key);
        });
  }

  /**
   * ReadyForQuery.
   *
   * @param status {@code I}, {@code T} or {@code E}
   */
  public static ByteBuf readyForQuery(ByteBufAllocator alloc, byte status) {
    return message(alloc, 'Z', out -> out.writeByte(status));
  }

  /**
   * NegotiateProtocolVersion. A client takes it once, before it is asked to authenticate.
   *
   * @param newestMinor the minor version of major version 3 to go on with. What is sent is the
   *     whole version: so do servers, and so libpq reads it, whatever the documentation says
   * @param unknownOptions names of {@code _pq_.} options, as {@link RawText}
   */
  public static ByteBuf negotiateProtocolVersion(
      ByteBufAllocator alloc, int newestMinor, List<String> unknownOptions) {
    return message(
        alloc,
        'v',
        out -> {
          out.writeInt(new ProtocolVersion(3, newestMinor).code());
          out.writeInt(unknownOptions.size());
          unknownOptions.forEach(name -> raw(out, name));
        });
  }

  /** StartupMessage, for the backend. */
  public static ByteBuf startup(
      ByteBufAllocator alloc, ProtocolVersion version, List<Parameter> parameters) {
    return untyped(
        alloc,
        version.code(),
        out -> {
          for (Parameter parameter : parameters) {
            raw(out, parameter.name());
            raw(out, parameter.value());
          }
          out.writeByte(0);
        });
  }

  /** SSLRequest, for the backend. */
  public static ByteBuf sslRequest(ByteBufAllocator alloc) {
    return untyped(alloc, SSL_REQUEST, out -> {});
  }

  /** CancelRequest, for the backend. */
  public static ByteBuf cancelRequest(ByteBufAllocator alloc, int pid, byte[] key) {
    requireKey(key);
    return untyped(
        alloc,
        CANCEL_REQUEST,
        out -> {
          out.writeInt(pid);
          out.writeBytes(key);
        });
  }

  /** SASLInitialResponse, for the backend. */
  public static ByteBuf saslInitialResponse(ByteBufAllocator alloc, String mechanism, byte[] data) {
    return message(
        alloc,
        'p',
        out -> {
          raw(out, mechanism);
          out.writeInt(data.length);
          out.writeBytes(data);
        });
  }

  /** SASLResponse, for the backend. */
  public static ByteBuf saslResponse(ByteBufAllocator alloc, byte[] data) {
    return message(alloc, 'p', out -> out.writeBytes(data));
  }

  /** Terminate, for the backend. */
  public static ByteBuf terminate(ByteBufAllocator alloc) {
    return message(alloc, 'X', out -> {});
  }

  private static ByteBuf authentication(ByteBufAllocator alloc, int kind, byte[] data) {
    return message(
        alloc,
        'R',
        out -> {
          out.writeInt(kind);
          out.writeBytes(data);
        });
  }

  private static void fields(ByteBuf out, Fault fault) {
    field(out, 'S', fault.severity().name());
    field(out, 'V', fault.severity().name());
    field(out, 'C', fault.state().code());
    field(out, 'M', fault.message());
    fault.detail().ifPresent(sentence -> field(out, 'D', sentence));
    fault.hint().ifPresent(sentence -> field(out, 'H', sentence));
    out.writeByte(0);
  }

  private static void field(ByteBuf out, char type, String value) {
    out.writeByte(type);
    text(out, value);
  }

  private static ByteBuf message(ByteBufAllocator alloc, char type, Consumer<ByteBuf> body) {
    return lengthFirst(alloc, out -> out.writeByte(type), body);
  }

  private static ByteBuf untyped(ByteBufAllocator alloc, int code, Consumer<ByteBuf> body) {
    return lengthFirst(
        alloc,
        out -> {},
        out -> {
          out.writeInt(code);
          body.accept(out);
        });
  }

  private static ByteBuf lengthFirst(
      ByteBufAllocator alloc, Consumer<ByteBuf> head, Consumer<ByteBuf> body) {
    ByteBuf out = alloc.directBuffer();
    try {
      head.accept(out);
      int lengthAt = out.writerIndex();
      out.writeInt(0);
      body.accept(out);
      out.setInt(lengthAt, out.writerIndex() - lengthAt);
      return out;
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /** Our own words: UTF-8, of bounded length, and never with the zero that would end them early. */
  private static void text(ByteBuf out, String value) {
    String harmless = value.replace('\0', ' ');
    int end = Math.min(harmless.length(), MOST_TEXT_BYTES / ByteBufUtil.utf8MaxBytes("x"));
    if (end < harmless.length() && Character.isHighSurrogate(harmless.charAt(end - 1))) {
      end--;
    }
    out.writeCharSequence(harmless.substring(0, end), StandardCharsets.UTF_8);
    out.writeByte(0);
  }

  /** A client's words: the bytes that it sent. */
  private static void raw(ByteBuf out, String value) {
    out.writeBytes(RawText.bytes(value));
    out.writeByte(0);
  }

  private static void requireKey(byte[] key) {
    if (key.length < 4 || key.length > 256) {
      throw new IllegalArgumentException("a cancel key has 4 to 256 bytes");
    }
  }
}
