package io.taidon.operator.instance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Asks whether a PostgreSQL server listens: an SSLRequest (PostgreSQL protocol, message formats)
 * that it answers with one letter before anybody authenticates. No SQL.
 */
final class ServerProbe {
  private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 0x04, (byte) 0xd2, 0x16, 0x2f};
  private static final int PATIENCE_MILLIS = 200;

  private ServerProbe() {}

  static boolean answers(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(SSL_REQUEST);
      int answer = socket.getInputStream().read();
      return answer == 'N' || answer == 'S';
    } catch (IOException e) {
      return false;
    }
  }
}
