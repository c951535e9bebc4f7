package io.taidon.server.resource;

import java.time.Instant;

/**
 * A token that was made. As secret as a password; it is stored nowhere.
 *
 * @param token for the password field of a client, with the user {@code <role>~token}
 * @param dsn how to connect with it
 * @param access {@code ro} or {@code rw}
 */
public record IssuedToken(
    String token, String dsn, String instanceId, String role, String access, Instant expiresAt) {}
