package io.taidon.gateway.auth;

import java.net.InetAddress;

/** Over which connections a token may come. On others it would be there for all to read. */
public enum TokenTransport {
  /** Only over TLS. */
  TLS,
  /** Over TLS, or from this machine. */
  TLS_OR_LOOPBACK,
  /** Over any: where something else encrypts the network. */
  ANY;

  public boolean allows(InetAddress client, boolean tls) {
    return switch (this) {
      case TLS -> tls;
      case TLS_OR_LOOPBACK -> tls || client.isLoopbackAddress();
      case ANY -> true;
    };
  }
}
