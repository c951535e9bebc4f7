package io.taidon.engine.postgres;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a server's Unix socket that speaks just enough of PostgreSQL's protocol 3.0
 * ("Message Flow" and "Message Formats" in its documentation) to run simple queries: trust
 * authentication, rows as text. A JDBC driver needs more round trips than the server needs to
 * start.
 *
 * <p>Not thread-safe. Interrupting the thread closes the connection.
 */
public final class SimpleQueryConnection implements Closeable {
  /** How the engine's own sessions call themselves; they are nobody's work. */
  public static final String APPLICATION_NAME = "taidon";

  private static final int PROTOCOL_3_0 = 196_608;
  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
  private static final int FIRST_BUFFER_BYTES = 8192;
  private static final int AUTHENTICATION_OK = 0;
  private static final int HEADER_BYTES = 5;

  private final SocketChannel channel;
  private final Duration timeout;
  private ByteBuffer in = ByteBuffer.allocate(FIRST_BUFFER_BYTES).flip();
  private int bodyLength;
  private boolean loggedIn;
  private volatile boolean expired;

  private SimpleQueryConnection(SocketChannel channel, Duration timeout) {
    this.channel = channel;
    this.timeout = timeout;
  }

  /**
   * Connects and logs in.
   *
   * @param socket the socket file, {@code <directory>/.s.PGSQL.<port>}
   * @param timeout for the login, and for each query
   */
  public static SimpleQueryConnection open(
      Path socket, String user, String database, Duration timeout) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    SimpleQueryConnection connection = new SimpleQueryConnection(channel, timeout);
    try {
      connection.logIn(user, database);
      return connection;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Runs one or more statements, separated by semicolons, and returns the rows of all of them. A
   * null is empty.
   *
   * @throws SqlErrorResponse when a statement failed; the connection stays usable
   */
  public List<List<Optional<String>>> query(String sql) throws IOException {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + text.length + 1);
    message.put((byte) 'Q').putInt(4 + text.length + 1).put(text).put((byte) 0);
    return exchange(message);
  }

  /** Tells the server good-bye and closes. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (channel.isOpen()) {
        write(ByteBuffer.allocate(HEADER_BYTES).put((byte) 'X').putInt(4));
      }
    } catch (IOException e) {
      // The server may have gone first, which is as good.
    }
  }

  private void logIn(String user, String database) throws IOException {
    byte[] parameters =
        ("user\0"
                + user
                + "\0database\0"
                + database
                + "\0application_name\0"
                + APPLICATION_NAME
                + "\0\0")
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(8 + parameters.length);
    message.putInt(8 + parameters.length).putInt(PROTOCOL_3_0).put(parameters);
    exchange(message);
  }

  /** Writes one message and reads up to ReadyForQuery, inside the timeout. */
  private List<List<Optional<String>>> exchange(ByteBuffer message) throws IOException {
    CompletableFuture<Void> watchdog = startWatchdog();
    try {
      write(message);
      return readUntilReady();
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (AsynchronousCloseException e) {
      if (expired) {
        throw new SocketTimeoutException("no answer from the server in " + timeout);
      }
      throw e;
    } finally {
      watchdog.cancel(false);
    }
  }

  private CompletableFuture<Void> startWatchdog() {
    // Runs in the timer's thread: the common pool may be busy just when a query hangs.
    Executor later =
        CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
    return CompletableFuture.runAsync(
        () -> {
          expired = true;
          try {
            channel.close();
          } catch (IOException e) {
            // The reader sees the closed channel.
          }
        },
        later);
  }

  private List<List<Optional<String>>> readUntilReady() throws IOException {
    List<List<Optional<String>>> rows = new ArrayList<>();
    Optional<SqlErrorResponse> error = Optional.empty();
    while (true) {
      char type = readMessage();
      ByteBuffer body = in.slice(in.position(), bodyLength);
      in.position(in.position() + bodyLength);
      switch (type) {
        case 'D' -> rows.add(row(body));
        case 'E' -> {
          SqlErrorResponse response = error(body);
          if (!loggedIn) {
            throw response;
          }
          error = Optional.of(response);
        }
        case 'R' -> requireTrusted(body);
        case 'Z' -> {
          loggedIn = true;
          if (error.isPresent()) {
            throw error.get();
          }
          return rows;
        }
        default -> {
          // Notices, parameters, row descriptions and command tags are of no interest here.
        }
      }
    }
  }

  /** Reads a whole message; its body is the next {@link #bodyLength} bytes of {@link #in}. */
  private char readMessage() throws IOException {
    fill(HEADER_BYTES);
    char type = (char) in.get();
    int length = in.getInt() - 4;
    if (length < 0 || length > MAX_MESSAGE_BYTES) {
      throw new IOException("the server sent a message of " + length + " bytes");
    }
    fill(length);
    bodyLength = length;
    return type;
  }

  private void fill(int bytes) throws IOException {
    if (in.remaining() >= bytes) {
      return;
    }
    if (in.capacity() < bytes) {
      in = ByteBuffer.allocate(Math.max(bytes, in.capacity() * 2)).put(in);
    } else {
      in.compact();
    }
    while (in.position() < bytes) {
      if (channel.read(in) < 0) {
        throw new EOFException("the server closed the connection");
      }
    }
    in.flip();
  }

  private void write(ByteBuffer message) throws IOException {
    message.flip();
    while (message.hasRemaining()) {
      channel.write(message);
    }
  }

  private static List<Optional<String>> row(ByteBuffer body) throws IOException {
    int columns = body.getShort();
    List<Optional<String>> row = new ArrayList<>(columns);
    for (int i = 0; i < columns; i++) {
      int length = body.getInt();
      if (length > body.remaining()) {
        throw new IOException("the server sent a malformed row");
      }
      if (length < 0) {
        row.add(Optional.empty());
      } else {
        byte[] value = new byte[length];
        body.get(value);
        row.add(Optional.of(new String(value, StandardCharsets.UTF_8)));
      }
    }
    return row;
  }

  private static SqlErrorResponse error(ByteBuffer body) {
    String state = "";
    String message = "";
    String[] fields = StandardCharsets.UTF_8.decode(body).toString().split("\0", -1);
    for (String field : fields) {
      if (field.startsWith("C")) {
        state = field.substring(1);
      } else if (field.startsWith("M")) {
        message = field.substring(1);
      }
    }
    return new SqlErrorResponse(state, message);
  }

  private static void requireTrusted(ByteBuffer body) throws IOException {
    if (body.getInt() != AUTHENTICATION_OK) {
      throw new IOException("the server asks for a password on its private socket");
    }
  }
}
