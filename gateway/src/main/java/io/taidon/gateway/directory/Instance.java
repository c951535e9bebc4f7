package io.taidon.gateway.directory;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the directory knows of an instance at one moment.
 *
 * @param id stable and unique; what sessions, metrics and cancel keys are filed under
 * @param availability whether it can be dialled now
 * @param defaultDatabase what a client gets that used the database name only to route
 * @param expiresAt when it will be deleted, if it will
 * @param maxSessions a limit of its own below the gateway's, if it has one
 */
public record Instance(
    String id,
    Availability availability,
    String defaultDatabase,
    Optional<Instant> expiresAt,
    OptionalInt maxSessions) {}
