package io.taidon.cli.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 request over a connection of its own (RFC 9112), to a server on this machine.
 *
 * <p>The JDK's {@code HttpClient} needs more than 100 ms to make its first request and {@code
 * HttpURLConnection} knows no PATCH and repeats failed POSTs by itself; this does neither.
 */
final class HttpConnection {
  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private HttpConnection() {}

  /**
   * Sends the request and waits for the head of the answer.
   *
   * @param timeout for connecting, and for each wait for bytes
   * @throws java.net.ConnectException when nobody listens
   * @throws java.net.SocketTimeoutException when the server is too slow
   */
  static HttpAnswer exchange(URI endpoint, String head, byte[] requestBody, Duration timeout)
      throws IOException {
    int millis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host(endpoint), port(endpoint)), millis);
      socket.setSoTimeout(millis);
      send(socket, endpoint, head, requestBody);
      return receive(socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static void send(Socket socket, URI endpoint, String head, byte[] body)
      throws IOException {
    String common =
        "Host: "
            + host(endpoint)
            + ":"
            + port(endpoint)
            + "\r\nConnection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    ByteArrayOutputStream message = new ByteArrayOutputStream(512 + body.length);
    message.writeBytes((head + common).getBytes(StandardCharsets.UTF_8));
    message.writeBytes(body);
    message.writeTo(socket.getOutputStream());
  }

  private static HttpAnswer receive(Socket socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream());
    int[] budget = {MAX_HEAD_BYTES};
    String[] statusLine = line(in, budget).split(" ", 3);
    if (statusLine.length < 2 || !statusLine[0].startsWith("HTTP/1.")) {
      throw new IOException("not an HTTP answer");
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in, budget); !line.isEmpty(); line = line(in, budget)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new HttpAnswer(number(statusLine[1], 10), headers, body(in, headers), socket);
  }

  private static InputStream body(InputStream in, Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return new ChunkedBody(in);
    }
    String length = headers.get("content-length");
    return length == null ? in : new SizedBody(in, number(length, 10));
  }

  private static int number(String digits, int radix) throws IOException {
    try {
      return Integer.parseInt(digits, radix);
    } catch (NumberFormatException e) {
      throw new IOException("bad number in an HTTP answer", e);
    }
  }

  private static String line(InputStream in, int[] budget) throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended within an HTTP answer");
      }
      if (--budget[0] < 0) {
        throw new IOException("the head of an HTTP answer is too long");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static String host(URI endpoint) {
    String host = endpoint.getHost();
    return host == null ? "127.0.0.1" : host;
  }

  private static int port(URI endpoint) {
    return endpoint.getPort() < 0 ? 80 : endpoint.getPort();
  }

  /** A body of known size; ending early is an error. */
  private static class SizedBody extends InputStream {
    private final InputStream in;
    private int left;

    SizedBody(InputStream in, int size) {
      this.in = in;
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the connection ended within an HTTP answer");
      }
      left -= count;
      return count;
    }
  }

  /** A body in chunks (RFC 9112, 7.1); ending without the last chunk is an error. */
  private static final class ChunkedBody extends InputStream {
    private final InputStream in;
    private int left;
    private boolean over;

    ChunkedBody(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0 && !over) {
        String size = line(in, new int[] {MAX_HEAD_BYTES});
        int extension = size.indexOf(';');
        left = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
        over = left == 0;
      }
      if (over) {
        return -1;
      }
      int count = in.read(bytes, offset, Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the connection ended within an HTTP answer");
      }
      left -= count;
      if (left == 0) {
        line(in, new int[] {MAX_HEAD_BYTES});
      }
      return count;
    }

    @Override
    public int available() throws IOException {
      return Math.min(left, in.available());
    }
  }
}
