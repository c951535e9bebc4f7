package io.taidon.gateway;

import io.taidon.gateway.transport.TransportKind;
import java.net.InetSocketAddress;

/**
 * How a gateway runs. Start from {@link #listeningAt} and change what differs.
 *
 * @param listen where clients connect; port 0 takes a free one
 * @param transport the way to do network I/O
 * @param threads event loops; 0 is one for each processor
 * @param timeouts how long to wait, and for what
 */
public record GatewaySettings(
    InetSocketAddress listen, TransportKind transport, int threads, Timeouts timeouts) {
  /** The standard settings at an address. */
  public static GatewaySettings listeningAt(InetSocketAddress address) {
    return new GatewaySettings(address, TransportKind.AUTO, 0, Timeouts.standard());
  }

  public GatewaySettings withListen(InetSocketAddress address) {
    return new GatewaySettings(address, transport, threads, timeouts);
  }

  public GatewaySettings withTransport(TransportKind kind) {
    return new GatewaySettings(listen, kind, threads, timeouts);
  }

  public GatewaySettings withThreads(int count) {
    return new GatewaySettings(listen, transport, count, timeouts);
  }

  public GatewaySettings withTimeouts(Timeouts limits) {
    return new GatewaySettings(listen, transport, threads, limits);
  }
}
