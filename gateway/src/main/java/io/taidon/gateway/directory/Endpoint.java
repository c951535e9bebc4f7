package io.taidon.gateway.directory;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * Where an instance's server listens and how the gateway gets in.
 *
 * @param address a {@link java.net.InetSocketAddress}, resolved, or a {@link
 *     java.net.UnixDomainSocketAddress}
 * @param tls empty for plain text, as is right where nobody else can listen
 */
public record Endpoint(SocketAddress address, BackendLogin login, Optional<EndpointTls> tls) {
  /** One that is reached in plain text. */
  public Endpoint(SocketAddress address, BackendLogin login) {
    this(address, login, Optional.empty());
  }

  /** The same, encrypted and verified. */
  public Endpoint withTls(EndpointTls wish) {
    return new Endpoint(address, login, Optional.of(wish));
  }
}
