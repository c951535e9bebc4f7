package io.taidon.node.seal;

import io.taidon.node.slot.Slot;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One build's seal socket: answers lines, a few connections at a time, one line of at most {@link
 * #LONGEST_LINE} bytes after the other. What the other end sends or holds back costs only itself.
 */
final class SealSocket implements AutoCloseable {
  static final int MOST_CONNECTIONS = 4;
  static final int LONGEST_LINE = 128;

  private static final System.Logger LOG = System.getLogger(SealSocket.class.getName());

  private final Slot slot;
  private final SealProtocol protocol;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  SealSocket(Slot slot, SealProtocol protocol, ServerSocketChannel server) {
    this.slot = slot;
    this.protocol = protocol;
    this.server = server;
  }

  void start() {
    Thread.ofVirtual().name("seal-accept").start(this::accept);
  }

  private void accept() {
    try {
      while (!closed.get()) {
        SocketChannel connection = server.accept();
        if (connections.size() >= MOST_CONNECTIONS) {
          connection.close();
          continue;
        }
        connections.add(connection);
        Thread.ofVirtual().name("seal").start(() -> serve(connection));
      }
    } catch (IOException e) {
      if (!closed.get()) {
        LOG.log(
            Level.WARNING, "The seal socket of " + slot.volume() + " failed: " + e.getMessage());
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      ByteBuffer buffer = ByteBuffer.allocate(LONGEST_LINE);
      while (connection.read(buffer) >= 0) {
        if (!answerLines(connection, buffer)) {
          return;
        }
      }
    } catch (IOException e) {
      // The build hung up, or the volume is gone: nobody is left to tell.
    } finally {
      connections.remove(connection);
    }
  }

  /** Answers the whole lines in the buffer and keeps the rest; false when a line is too long. */
  private boolean answerLines(SocketChannel connection, ByteBuffer buffer) throws IOException {
    buffer.flip();
    for (int end = newline(buffer); end >= 0; end = newline(buffer)) {
      byte[] line = new byte[end - buffer.position()];
      buffer.get(line).get();
      send(connection, protocol.answer(slot.volume(), new String(line, StandardCharsets.US_ASCII)));
    }
    buffer.compact();
    if (buffer.hasRemaining()) {
      return true;
    }
    send(connection, SealProtocol.TOO_LONG);
    return false;
  }

  private static int newline(ByteBuffer buffer) {
    for (int i = buffer.position(); i < buffer.limit(); i++) {
      if (buffer.get(i) == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static void send(SocketChannel connection, String answer) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
  }

  @Override
  public void close() {
    closed.set(true);
    try {
      server.close();
      for (SocketChannel connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a seal socket", e);
    }
  }
}
