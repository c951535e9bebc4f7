package io.taidon.gateway.directory;

import java.util.Optional;

/**
 * That the connection to a server is encrypted and the server verified, as libpq's {@code
 * sslmode=verify-full}. There is nothing between that and plain text.
 *
 * @param name what the server's certificate must be for
 * @param roots the trusted roots, PEM; empty for those of the Java platform
 */
public record EndpointTls(String name, Optional<String> roots) {}
