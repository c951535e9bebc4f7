package io.taidon.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An instance: a writable clone of a state with a server of its own.
 *
 * @param status {@code creating}, {@code running}, {@code stopped}, {@code crashed} or {@code
 *     deleting}
 * @param names the names bound to it
 * @param port the TCP port on 127.0.0.1 of the instance's own server
 * @param pid the postmaster's process id while it runs
 * @param connections sessions of clients that the server has, however they came; absent where it
 *     does not run or does not say
 * @param expiresAt when it will be deleted, absent for never; use puts it off where a name leads to
 *     the instance and no time was wished
 * @param idleTimeoutMillis after how long without use it is stopped; 0 never
 * @param idleAt when it will be stopped if nothing happens; absent where it does not run or stays
 * @param asleep whether it was stopped because it was idle
 * @param dsn how to connect, with the password, through the gateway where there is one; only where
 *     one instance was asked for
 * @param directDsn the same to the instance's own port
 */
public record InstanceView(
    String instanceId,
    String stateId,
    String status,
    List<String> names,
    String postgresVersion,
    String backend,
    boolean durable,
    Optional<Integer> port,
    Optional<Long> pid,
    Optional<Integer> connections,
    Instant createdAt,
    Optional<Instant> lastUsedAt,
    Optional<Instant> expiresAt,
    long idleTimeoutMillis,
    Optional<Instant> idleAt,
    boolean asleep,
    String logFile,
    Optional<String> dsn,
    Optional<String> directDsn,
    Map<String, Double> timelineMillis) {}
