package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import io.taidon.engine.Lifetime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An instance in the registry. Times have millisecond precision.
 *
 * @param owner the engine process that runs its server, while there is one
 * @param pid the postmaster's process id, while it runs
 * @param port the TCP port that its server has, or had and gets again if it is free
 * @param backend the snapshot backend that made its data directory
 * @param durable whether its server syncs what it commits
 * @param serverHome the PostgreSQL installation that serves it
 * @param lifetime what was wished for its life
 * @param asleep whether it was stopped because nobody used it, so that the next connection is
 *     expected to wake it
 */
public record InstanceRecord(
    InstanceId id,
    StateId state,
    InstanceStatus status,
    Optional<SessionId> owner,
    OptionalLong pid,
    OptionalInt port,
    String backend,
    Instant createdAt,
    Instant lastUsedAt,
    Optional<Instant> expiresAt,
    boolean durable,
    String serverVersion,
    String serverHome,
    Timeline timeline,
    Lifetime lifetime,
    boolean asleep) {
  public InstanceRecord {
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    lastUsedAt = lastUsedAt.truncatedTo(ChronoUnit.MILLIS);
    expiresAt = expiresAt.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
  }

  /** An instance that is about to be made by {@code owner}. */
  public static InstanceRecord creating(
      InstanceId id,
      StateId state,
      SessionId owner,
      String backend,
      String serverVersion,
      String serverHome,
      boolean durable,
      Instant now) {
    return new InstanceRecord(
        id,
        state,
        InstanceStatus.CREATING,
        Optional.of(owner),
        OptionalLong.empty(),
        OptionalInt.empty(),
        backend,
        now,
        now,
        Optional.empty(),
        durable,
        serverVersion,
        serverHome,
        Timeline.EMPTY,
        Lifetime.STANDARD,
        false);
  }

  /** The same instance with a server. */
  public InstanceRecord running(SessionId session, long postmaster, int tcpPort, Timeline passed) {
    return new InstanceRecord(
        id,
        state,
        InstanceStatus.RUNNING,
        Optional.of(session),
        OptionalLong.of(postmaster),
        OptionalInt.of(tcpPort),
        backend,
        createdAt,
        lastUsedAt,
        expiresAt,
        durable,
        serverVersion,
        serverHome,
        passed,
        lifetime,
        false);
  }

  /** The same instance without a server: stopped, crashed or being deleted. */
  public InstanceRecord withoutServer(InstanceStatus newStatus) {
    return withoutServer(newStatus, false);
  }

  /** The same instance stopped until somebody connects. */
  public InstanceRecord sleeping() {
    return withoutServer(InstanceStatus.STOPPED, true);
  }

  private InstanceRecord withoutServer(InstanceStatus newStatus, boolean sleeps) {
    return new InstanceRecord(
        id,
        state,
        newStatus,
        Optional.empty(),
        OptionalLong.empty(),
        port,
        backend,
        createdAt,
        lastUsedAt,
        expiresAt,
        durable,
        serverVersion,
        serverHome,
        timeline,
        lifetime,
        sleeps);
  }

  /** The same instance with another end of its time. */
  public InstanceRecord expiring(Optional<Instant> newExpiry) {
    return living(lifetime, newExpiry);
  }

  /** The same instance with other wishes for its life, and the end that they come to. */
  public InstanceRecord living(Lifetime wishes, Optional<Instant> newExpiry) {
    return new InstanceRecord(
        id,
        state,
        status,
        owner,
        pid,
        port,
        backend,
        createdAt,
        lastUsedAt,
        newExpiry,
        durable,
        serverVersion,
        serverHome,
        timeline,
        wishes,
        asleep);
  }

  /** The same instance, used at a time; an earlier one than is known changes nothing. */
  public InstanceRecord usedAt(Instant time) {
    return new InstanceRecord(
        id,
        state,
        status,
        owner,
        pid,
        port,
        backend,
        createdAt,
        time.isAfter(lastUsedAt) ? time : lastUsedAt,
        expiresAt,
        durable,
        serverVersion,
        serverHome,
        timeline,
        lifetime,
        asleep);
  }
}
