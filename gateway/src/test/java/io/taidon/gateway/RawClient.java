package io.taidon.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.taidon.core.scram.ScramKeys;
import io.taidon.gateway.auth.ScramClient;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A client that sees every message. Blocking; for tests. */
public final class RawClient implements AutoCloseable {
  private static final ByteBufAllocator ALLOC = ByteBufAllocator.DEFAULT;

  private final Socket socket;
  private final DataInputStream in;
  private final ScramClient scram = ScramClient.start();
  private byte[] serverFirst = {};

  /** A message of the server's side. */
  public record Message(char type, byte[] body) {
    /** A field of an ErrorResponse or NoticeResponse. */
    public Optional<String> field(char name) {
      return Arrays.stream(text().split("\0"))
          .filter(field -> !field.isEmpty() && field.charAt(0) == name)
          .map(field -> field.substring(1))
          .findFirst();
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return type + " " + text();
    }
  }

  public RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** Logs in as far as AuthenticationOk, which is read, too. */
  public static RawClient authenticate(
      TestGateway gateway, String instance, ScramKeys keys, ProtocolVersion version)
      throws IOException {
    return authenticate(gateway.socket(), TestInstance.ROLE + "~" + instance, keys, version);
  }

  /** The same with any server that wants SCRAM. */
  public static RawClient authenticate(
      Socket socket, String user, ScramKeys keys, ProtocolVersion version) throws IOException {
    RawClient client = challenged(socket, user, version);
    client.finish(keys);
    return client;
  }

  /** Logs in as far as the server's challenge, which {@link #finish} answers. */
  public static RawClient challenged(Socket socket, String user, ProtocolVersion version)
      throws IOException {
    RawClient client = new RawClient(socket);
    client.startup(user, version);
    client.expect('R');
    client.send(Messages.saslInitialResponse(ALLOC, ScramClient.MECHANISM, client.scram.first()));
    byte[] body = client.expect('R').body();
    client.serverFirst = Arrays.copyOfRange(body, 4, body.length);
    return client;
  }

  /** Proves that it knows the password, and reads as far as AuthenticationOk. */
  public void finish(ScramKeys keys) throws IOException {
    sendProof(keys);
    expect('R');
    expect('R');
  }

  /** Sends a proof, which need not be right. */
  public void sendProof(ScramKeys keys) throws IOException {
    send(Messages.saslResponse(ALLOC, scram.last(serverFirst, keys).orElseThrow()));
  }

  /** The first message of a session. */
  public void startup(String user, ProtocolVersion version) throws IOException {
    send(
        Messages.startup(
            ALLOC,
            version,
            List.of(new Parameter("user", user), new Parameter("database", "postgres"))));
  }

  /** Logs in as far as ReadyForQuery, and returns what came in between. */
  public List<Message> untilReady() throws IOException {
    List<Message> messages = new ArrayList<>();
    while (true) {
      Message message = next();
      messages.add(message);
      if (message.type() == 'Z' || message.type() == 'E') {
        return messages;
      }
    }
  }

  public void query(String sql) throws IOException {
    byte[] text = (sql + "\0").getBytes(StandardCharsets.UTF_8);
    send('Q', text);
  }

  public void send(char type, byte[] body) throws IOException {
    socket
        .getOutputStream()
        .write(
            ByteBuffer.allocate(5 + body.length)
                .put((byte) type)
                .putInt(4 + body.length)
                .put(body)
                .array());
  }

  public void send(ByteBuf message) throws IOException {
    byte[] bytes = ByteBufUtil.getBytes(message);
    message.release();
    socket.getOutputStream().write(bytes);
  }

  public Message expect(char type) throws IOException {
    Message message = next();
    if (message.type() != type) {
      throw new AssertionError("expected " + type + ", got " + message);
    }
    return message;
  }

  /**
   * The next message.
   *
   * @throws EOFException if the connection was closed
   */
  public Message next() throws IOException {
    char type = (char) in.readUnsignedByte();
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return new Message(type, body);
  }

  /** Whether the connection has been closed without another byte; waits for either. */
  public boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
