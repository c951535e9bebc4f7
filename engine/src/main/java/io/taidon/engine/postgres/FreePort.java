package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** A TCP port of the loopback interface that the kernel says is free. */
public final class FreePort {
  private FreePort() {}

  /**
   * A port that was free a moment ago. Somebody else may take it before the server does; then the
   * start fails with {@code PORT_IN_USE} and another pick is worth a try.
   */
  public static int pick() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(Inet4Address.getByAddress(new byte[] {127, 0, 0, 1}), 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.PORT_IN_USE, "No TCP port of the loopback interface is free.", e);
    }
  }
}
