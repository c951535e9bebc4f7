package io.taidon.gateway.directory;

import java.net.SocketAddress;

/**
 * Where an instance's server listens and how the gateway gets in.
 *
 * @param address a {@link java.net.InetSocketAddress}, resolved, or a {@link
 *     java.net.UnixDomainSocketAddress}
 */
public record Endpoint(SocketAddress address, BackendLogin login) {}
