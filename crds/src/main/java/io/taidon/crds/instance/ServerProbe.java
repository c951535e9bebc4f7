package io.taidon.crds.instance;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/**
 * Asks whether the server of an instance lets its role in: a StartupMessage that gets to the
 * question for the password (PostgreSQL protocol 3.0, message formats) and goes no further. No SQL.
 *
 * <p>That a server listens is not enough: it does before it has the password, and turns everybody
 * away until then.
 */
public final class ServerProbe {
  private static final int PROTOCOL = 3 << 16;
  private static final int MOST_BYTES = 8192;

  /**
   * A pod has its address before its network is up, and a packet to it is sent again only after a
   * second, so it is better to connect anew.
   */
  private static final int CONNECT_MILLIS = 100;

  /**
   * What a server says that does not let anybody in yet: it starts ({@code cannot_connect_now}), or
   * its {@code pg_hba.conf} is not open ({@code invalid_authorization_specification}). Whatever
   * else it says, such as that it is full, it says to those whom it would let in.
   */
  private static final Set<String> CLOSED = Set.of("57P03", "28000");

  private ServerProbe() {}

  /**
   * One attempt. Blocks for a tenth of a second at most for the connection, then up to {@code
   * patience} for the answer.
   *
   * @param role the role of the instance
   */
  public static boolean letsIn(InetSocketAddress address, String role, Duration patience) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      socket.getOutputStream().write(startup(role));
      DataInputStream answer = new DataInputStream(socket.getInputStream());
      return switch (answer.readByte()) {
        case 'R' -> true;
        case 'E' -> !CLOSED.contains(state(answer));
        default -> false;
      };
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] startup(String role) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String text : new String[] {"user", role, "database", "postgres", ""}) {
      body.write(text.getBytes(StandardCharsets.UTF_8));
      body.write(0);
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(message);
    out.writeInt(2 * Integer.BYTES + body.size());
    out.writeInt(PROTOCOL);
    body.writeTo(out);
    return message.toByteArray();
  }

  /** The field {@code C} of an ErrorResponse; empty if it has none. */
  private static String state(DataInputStream answer) throws IOException {
    int length = answer.readInt() - Integer.BYTES;
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException("no ErrorResponse");
    }
    String fields = new String(answer.readNBytes(length), StandardCharsets.ISO_8859_1);
    for (String field : fields.split("\0")) {
      if (field.startsWith("C")) {
        return field.substring(1);
      }
    }
    return "";
  }
}
