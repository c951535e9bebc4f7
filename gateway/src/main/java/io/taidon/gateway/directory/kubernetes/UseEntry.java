package io.taidon.gateway.directory.kubernetes;

import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What this gateway knows of the use of one instance, and when that is to be written. Thread-safe.
 */
final class UseEntry {
  /** The least time between two writes about one instance. */
  static final Duration BETWEEN_WRITES = Duration.ofSeconds(5);

  /** How often open sessions are told of; the operator forgets them after a minute without. */
  static final Duration HEARTBEAT = Duration.ofSeconds(20);

  /** After so long our informer has seen what we wrote. */
  private static final Duration SETTLED = Duration.ofSeconds(60);

  private int sessions;
  private int sessionsWritten;
  private Optional<Instant> lastActivity;
  private Optional<Instant> wake;
  private Instant lastWrite = Instant.MIN;
  private boolean changed;
  private boolean claimed;

  /**
   * Goes on from what was written before: an entry is always written whole, and a wake that is left
   * out would let the instance be stopped under its clients.
   */
  UseEntry(Optional<GatewayUse> before) {
    this.lastActivity = before.flatMap(use -> InstanceView.time(use.lastActivityTime()));
    this.wake = before.flatMap(use -> InstanceView.time(use.wakeTime()));
  }

  synchronized void report(int openSessions, Instant activity) {
    sessions = openSessions;
    lastActivity = latest(lastActivity, activity);
    changed = true;
  }

  /** Asks for a wake at a time; to be written at once. */
  synchronized void wake(Instant at) {
    wake = latest(wake, at);
    changed = true;
  }

  /** No session is open any more, because the gateway ends. True if that has to be written. */
  synchronized boolean end() {
    boolean open = sessions > 0;
    sessions = 0;
    changed |= open;
    return changed;
  }

  /** Whether a write is due; who is told so has to do it. */
  synchronized boolean claim(Instant now) {
    if (claimed || now.isBefore(nextWrite())) {
      return false;
    }
    claimed = true;
    return true;
  }

  /** At once if somebody came and the status says that nobody is there: it may be about to stop. */
  private Instant nextWrite() {
    if (changed) {
      return sessions > 0 && sessionsWritten == 0 ? Instant.MIN : after(BETWEEN_WRITES);
    }
    return sessions > 0 ? after(HEARTBEAT) : Instant.MAX;
  }

  /** Whether nothing is open, nothing is left to be written, and the status has the last write. */
  synchronized boolean isOver(Instant now) {
    return sessions == 0 && !changed && !claimed && !now.isBefore(after(SETTLED));
  }

  /** The entry to write now. */
  synchronized GatewayUse write(String replica, Instant now) {
    lastWrite = now;
    sessionsWritten = sessions;
    changed = false;
    claimed = false;
    return new GatewayUse(
        replica,
        sessions,
        lastActivity.map(UseEntry::text).orElse(null),
        wake.map(UseEntry::text).orElse(null),
        text(now));
  }

  /** The write did not work: another one is needed. */
  synchronized void failed() {
    changed = true;
  }

  private Instant after(Duration pause) {
    return lastWrite.equals(Instant.MIN) ? Instant.MIN : lastWrite.plus(pause);
  }

  private static Optional<Instant> latest(Optional<Instant> known, Instant time) {
    return known.filter(before -> before.isAfter(time)).or(() -> Optional.of(time));
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
