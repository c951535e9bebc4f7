package io.taidon.gateway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A program that is no database: it lets everybody in, answers every query with nothing, and idles.
 * It stands where 10,000 PostgreSQL processes would not fit. Its argument is its port.
 */
public final class StandIn {
  private static final int BACKLOG = 4096;
  private static final int LARGEST_MESSAGE = 4096;
  private static final byte[] WELCOME =
      concat(
          message('R', new byte[4]),
          message('S', text("server_version\00017.0\0")),
          message('S', text("client_encoding\0UTF8\0")),
          message('S', text("standard_conforming_strings\0on\0")),
          message('K', new byte[] {0, 0, 1, 1, 9, 9, 9, 9}),
          message('Z', text("I")));
  private static final byte[] ANSWER =
      concat(message('C', text("SELECT 0\0")), message('Z', text("I")));

  private final Selector selector;

  private StandIn(Selector selector) {
    this.selector = selector;
  }

  public static void main(String[] arguments) throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
          BACKLOG);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      StandIn standIn = new StandIn(selector);
      while (true) {
        selector.select(standIn::serve);
      }
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.channel() instanceof ServerSocketChannel listener) {
        SocketChannel accepted = listener.accept();
        if (accepted != null) {
          accepted.configureBlocking(false);
          accepted.register(selector, SelectionKey.OP_READ, new Client());
        }
      } else if (key.channel() instanceof SocketChannel channel
          && key.attachment() instanceof Client client
          && !client.read(channel)) {
        channel.close();
      }
    } catch (IOException e) {
      key.cancel();
      try {
        key.channel().close();
      } catch (IOException ignored) {
        // It is gone either way.
      }
    }
  }

  private static final class Client {
    private final ByteBuffer in = ByteBuffer.allocate(LARGEST_MESSAGE);
    private boolean welcomed;

    /** Answers what is there; false when the client has left. */
    boolean read(SocketChannel channel) throws IOException {
      if (channel.read(in) < 0) {
        return false;
      }
      in.flip();
      boolean stays = true;
      for (Optional<Byte> type = next(); type.isPresent() && stays; type = next()) {
        stays = answer(channel, type.get());
      }
      in.compact();
      return stays;
    }

    private boolean answer(SocketChannel channel, byte type) throws IOException {
      byte[] words =
          switch (type) {
            case 0 -> WELCOME;
            case 'Q' -> ANSWER;
            default -> new byte[0];
          };
      ByteBuffer out = ByteBuffer.wrap(words);
      while (out.hasRemaining()) {
        channel.write(out); // far less than a socket buffer
      }
      return type != 'X';
    }

    /** The type of the next whole message, 0 for the first, which has none. */
    private Optional<Byte> next() {
      int header = welcomed ? 1 : 0;
      if (in.remaining() < header + 4) {
        return Optional.empty();
      }
      int length = in.getInt(in.position() + header);
      if (in.remaining() < header + length) {
        return Optional.empty();
      }
      byte type = welcomed ? in.get(in.position()) : 0;
      welcomed = true;
      in.position(in.position() + header + length);
      return Optional.of(type);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) type)
        .putInt(4 + body.length)
        .put(body)
        .array();
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
