package io.taidon.gateway.session;

import java.net.InetSocketAddress;

/**
 * Whose session it is, for logs and figures. Holds no secret.
 *
 * @param number tells it from the others in the log
 * @param role the role at the door
 * @param tls whether the client's leg is encrypted
 */
public record SessionInfo(
    long number, String instanceId, String role, InetSocketAddress client, boolean tls) {}
