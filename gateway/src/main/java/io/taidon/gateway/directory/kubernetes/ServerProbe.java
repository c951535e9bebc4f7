package io.taidon.gateway.directory.kubernetes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Waits until a server takes connections. A pod has its address before its server listens, and a
 * packet to an address that is not up yet is sent again only after a second, so each attempt is
 * short. What a server says when it still starts is the login's business.
 */
final class ServerProbe {
  private static final int ATTEMPT_MILLIS = 250;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

  private ServerProbe() {}

  /** One attempt. */
  static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, ATTEMPT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The pause before the next attempt. */
  static void pause() throws InterruptedException {
    Thread.sleep(BETWEEN_ATTEMPTS);
  }
}
