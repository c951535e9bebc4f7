package io.taidon.crds.instance;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
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

  /** The type of a message and its length. */
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

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
      // One read, so that a server that dribbles holds nobody up; what it says fits into a packet.
      byte[] answer = new byte[MOST_BYTES];
      int length = socket.getInputStream().read(answer);
      return switch (length < HEADER_BYTES ? 0 : answer[0]) {
        case 'R' -> true;
        case 'E' -> state(answer, length).filter(state -> !CLOSED.contains(state)).isPresent();
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
  private static Optional<String> state(byte[] answer, int length) {
    String fields =
        new String(answer, HEADER_BYTES, length - HEADER_BYTES, StandardCharsets.ISO_8859_1);
    return Arrays.stream(fields.split("\0"))
        .filter(field -> field.startsWith("C"))
        .map(field -> field.substring(1))
        .findFirst();
  }
}
