package io.taidon.gateway.session;

import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.SessionActivity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * All authenticated sessions by instance, and what the directory is told of them: when their number
 * changes and while they are used, at most once a second for an instance. Thread-safe; {@link
 * #tick} is to be called about every second.
 */
public final class LiveSessions {
  /** The least time between two reports about one instance. */
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

  private final InstanceDirectory directory;
  private final InstantSource clock;
  private final Map<String, OfInstance> instances = new ConcurrentHashMap<>();

  public LiveSessions(InstanceDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** How many sessions each instance has. */
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new HashMap<>();
    instances.forEach((id, of) -> counts.put(id, of.sessions.size()));
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  /** The sessions of one instance. */
  public Collection<LiveSession> of(String instanceId) {
    OfInstance of = instances.get(instanceId);
    return of == null ? Set.of() : Set.copyOf(of.sessions);
  }

  public void forEach(Consumer<LiveSession> action) {
    instances.values().forEach(of -> of.sessions.forEach(action));
  }

  void add(LiveSession session, Instance instance) {
    OfInstance of =
        instances.compute(
            instance.id(),
            (id, known) -> {
              OfInstance sessions = known == null ? new OfInstance(id) : known;
              sessions.sessions.add(session);
              return sessions;
            });
    of.expiresAt = instance.expiresAt();
    // This one is told when it arrives; others that are here have been.
    if (ExpiryWarning.isDue(instance.expiresAt(), clock.instant())) {
      of.warned = true;
    }
    of.lastActivity = clock.instant();
    of.changed = true;
    report(of);
  }

  void remove(LiveSession session) {
    OfInstance of = instances.get(session.info().instanceId());
    if (of != null && of.sessions.remove(session)) {
      of.changed = true;
      report(of);
    }
  }

  /**
   * Looks who was active, tells the directory, counts what was relayed, and forgets instances that
   * nobody uses.
   *
   * @param expiring told of instances that end soon, once each
   */
  public void tick(Consumer<String> expiring) {
    Instant now = clock.instant();
    for (OfInstance of : instances.values()) {
      boolean active = false;
      for (LiveSession session : of.sessions) {
        active |= session.takeActivity(); // every one of them, so that each starts anew
        session.countBytes();
      }
      if (active) {
        of.lastActivity = now;
        of.changed = true;
      }
      report(of);
      if (of.isToBeWarned(now)) {
        of.warned = true;
        expiring.accept(of.id);
      }
      if (of.sessions.isEmpty() && !of.changed) {
        instances.computeIfPresent(of.id, (id, same) -> same.sessions.isEmpty() ? null : same);
      }
    }
  }

  /** The end of an instance was put off, or is known now. */
  public void expiresAt(String instanceId, Optional<Instant> at) {
    OfInstance of = instances.get(instanceId);
    if (of != null) {
      of.expiresAt = at;
      of.warned = false;
    }
  }

  private void report(OfInstance of) {
    Instant now = clock.instant();
    if (!of.changed || now.isBefore(of.lastReport.plus(BETWEEN_REPORTS))) {
      return;
    }
    of.changed = false;
    of.lastReport = now;
    directory.report(new SessionActivity(of.id, of.sessions.size(), of.lastActivity));
  }

  /** One instance. Its fields are written by many and may be a moment late; the next tick sees. */
  private static final class OfInstance {
    private final String id;
    private final Set<LiveSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile Instant lastActivity = Instant.EPOCH;
    private volatile Instant lastReport = Instant.EPOCH;
    private volatile Optional<Instant> expiresAt = Optional.empty();
    private volatile boolean changed;
    private volatile boolean warned;

    OfInstance(String id) {
      this.id = id;
    }

    boolean isToBeWarned(Instant now) {
      return !warned && !sessions.isEmpty() && ExpiryWarning.isDue(expiresAt, now);
    }
  }
}
