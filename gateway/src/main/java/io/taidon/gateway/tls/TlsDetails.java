package io.taidon.gateway.tls;

import java.util.Optional;

/**
 * What is known of a client's TLS once the handshake is over.
 *
 * @param serverName the name that the client asked for (SNI), in lower case
 * @param serverEndPoint the channel binding {@code tls-server-end-point} (RFC 5929, section 4.1) of
 *     the certificate that was served; empty if its signature algorithm defines none. Not copied;
 *     nobody writes to it
 * @param direct whether TLS began with the first byte, without an SSLRequest
 */
public record TlsDetails(
    Optional<String> serverName, Optional<byte[]> serverEndPoint, boolean direct) {}
