package io.taidon.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * A session that a client has at an instance's server. Texts that clients choose have no control
 * characters.
 *
 * @param role who it logged in as
 * @param application what the client calls itself
 * @param address where it comes from; absent for a Unix socket, which is the gateway's and {@code
 *     run}'s way
 * @param state what it does, in PostgreSQL's words, such as {@code active} or {@code idle in
 *     transaction}
 * @param since when that began
 */
public record ClientView(
    String role,
    String database,
    Optional<String> application,
    Optional<String> address,
    Optional<String> state,
    Optional<Instant> since) {}
