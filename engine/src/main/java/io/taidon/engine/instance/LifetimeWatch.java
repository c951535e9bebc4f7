package io.taidon.engine.instance;

import io.taidon.core.error.TaidonException;
import io.taidon.core.lifetime.ClockJumps;
import io.taidon.core.lifetime.Expiry;
import io.taidon.engine.build.BackgroundThread;
import io.taidon.engine.build.Uninterrupted;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.store.InstanceFilter;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.NameRecord;
import io.taidon.engine.store.Registry;
import io.taidon.engine.store.SessionId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Deletes instances that have expired and stops those that are idle. Looks at all of them each time
 * and remembers nothing that a restart would lose.
 *
 * <p>After a jump of the clock nothing ends for ten minutes: clients are warned first, and a time
 * that was set wrong can be set right.
 */
public final class LifetimeWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LifetimeWatch.class.getName());

  /** Use is not told to us, so ends may come nearer unseen for so long. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private static final Duration AFTER_A_JUMP = Duration.ofMinutes(10);

  /** How long sessions of an instance that has expired may finish what they do. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** When to ask a server again that is used in a way that the gateway does not see. */
  private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

  private final Registry registry;
  private final Instances instances;
  private final Lifetimes lifetimes;
  private final InstanceUses uses;
  private final Clocks clocks;
  private final SessionId session;
  private final ClockJumps jumps = new ClockJumps(AFTER_A_JUMP);
  private final ConcurrentHashMap<InstanceId, Thread> underWay = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<InstanceId, Instant> notIdleBefore = new ConcurrentHashMap<>();
  private final BackgroundThread thread = new BackgroundThread("lifetime-watch", this::lookOrLater);

  public LifetimeWatch(
      Registry registry,
      Instances instances,
      Lifetimes lifetimes,
      InstanceUses uses,
      Clocks clocks,
      SessionId session) {
    this.registry = registry;
    this.instances = instances;
    this.lifetimes = lifetimes;
    this.uses = uses;
    this.clocks = clocks;
    this.session = session;
    instances.whenLifetimesChange(thread::wake);
  }

  public void start() {
    thread.start();
  }

  /** Deletes what expired while no engine looked, before anybody is offered it. */
  public void clearExpired() {
    Instant now = now();
    Set<InstanceId> named = named();
    for (InstanceRecord instance : registry.instances().list(InstanceFilter.expiredAt(now))) {
      boolean isNamed = named.contains(instance.id());
      if (isSettled(instance) && isOver(instance, isNamed)) {
        guarded(instance.id(), () -> expire(instance.id(), isNamed, Duration.ZERO));
      }
    }
  }

  private Duration lookOrLater() {
    try {
      return look();
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, "lifetimes of instances are looked at later: {0}", e.sentence());
      return LONGEST_PAUSE;
    }
  }

  /**
   * Looks at all instances once and begins what is due.
   *
   * @return how long nothing can become due if nothing changes
   */
  public synchronized Duration look() {
    Instant now = now();
    if (jumps.look(now, clocks.running().getAsLong())) {
      LOG.log(Level.INFO, "the clock jumped to {0}; no instance ends for ten minutes", now);
    }
    Set<InstanceId> named = named();
    Duration pause = LONGEST_PAUSE;
    for (InstanceRecord instance : registry.instances().list(InstanceFilter.ALL)) {
      if (isSettled(instance)) {
        Optional<Instant> next = consider(instance, named.contains(instance.id()), now);
        pause = shorter(pause, now, next);
      }
    }
    return pause;
  }

  /** Does what is due for one instance, and says when something will be. */
  private Optional<Instant> consider(InstanceRecord instance, boolean named, Instant now) {
    InstanceRecord dated = dated(instance, named, now);
    Expiry expiry = lifetimes.expiry(dated, named);
    Instant lastUse = lifetimes.lastUse(dated);
    if (expiry.isStale(lastUse)) {
      instances.putOff(dated, expiry.at(lastUse));
    }
    if (!jumps.isInGrace()) {
      if (expiry.isOver(lastUse, now)) {
        begin(dated.id(), () -> expire(dated.id(), named, LAST_WORDS));
        return Optional.empty();
      }
      if (isIdle(dated, now)) {
        begin(dated.id(), () -> sleep(dated.id()));
        return Optional.empty();
      }
    }
    Optional<Instant> end = expiry.at(lastUse);
    Optional<Instant> idle = lifetimes.idleAt(dated, now);
    return end.isPresent() && (idle.isEmpty() || end.get().isBefore(idle.get())) ? end : idle;
  }

  /** One of an older version has no end: it gets one from now on. */
  private InstanceRecord dated(InstanceRecord instance, boolean named, Instant now) {
    if (instance.expiresAt().isPresent()) {
      return instance;
    }
    Optional<Instant> end = lifetimes.end(now, instance.lifetime(), named);
    if (end.isPresent()) {
      instances.putOff(instance, end);
    }
    return instance.expiring(end);
  }

  private boolean isIdle(InstanceRecord instance, Instant now) {
    boolean due = lifetimes.idleAt(instance, now).filter(time -> !now.isBefore(time)).isPresent();
    if (!due) {
      notIdleBefore.remove(instance.id());
      return false;
    }
    Instant again = notIdleBefore.get(instance.id());
    return again == null || !now.isBefore(again);
  }

  private void expire(InstanceId id, boolean named, Duration lastWords)
      throws InterruptedException {
    boolean gone =
        instances.expire(
            id, instance -> isOver(instance, named), () -> uses.awaitNobody(id, lastWords));
    if (gone) {
      uses.forget(id);
      LOG.log(Level.INFO, "instance {0} expired and is gone", id);
    }
  }

  private boolean isOver(InstanceRecord instance, boolean named) {
    return lifetimes.expiry(instance, named).isOver(lifetimes.lastUse(instance), now());
  }

  private void sleep(InstanceId id) throws InterruptedException {
    if (instances.sleep(id, this::isUnused)) {
      LOG.log(Level.INFO, "instance {0} was idle and is stopped", id);
    }
  }

  /** The server knows of sessions that did not come through the gateway. */
  private boolean isUnused(InstanceRecord instance, PostgresServer server) {
    Instant now = now();
    if (lifetimes.idleAt(instance, now).filter(time -> !now.isBefore(time)).isEmpty()) {
      return false;
    }
    Optional<ClientSessions.Summary> said = ClientSessions.summary(server, PATIENCE);
    Optional<Instant> idleAt =
        said.filter(summary -> summary.working() == 0)
            .flatMap(summary -> lifetimes.idleAt(instance, summary, now));
    boolean unused = idleAt.filter(time -> !now.isBefore(time)).isPresent();
    if (unused) {
      notIdleBefore.remove(instance.id());
    } else {
      notIdleBefore.put(instance.id(), idleAt.orElse(now.plus(ASK_AGAIN)));
    }
    return unused;
  }

  /** On a thread of its own: one that takes its time holds up no other. */
  private void begin(InstanceId id, Ending ending) {
    Thread begun =
        Thread.ofVirtual()
            .name("lifetime-" + id)
            .unstarted(() -> {
              try {
                guarded(id, ending);
              } finally {
                underWay.remove(id);
              }
            });
    if (underWay.putIfAbsent(id, begun) == null) {
      begun.start();
    }
  }

  private static void guarded(InstanceId id, Ending ending) {
    try {
      ending.run();
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, "instance {0} does not end: {1}", id, e.sentence());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<InstanceId> named() {
    return registry.names().list().stream().map(NameRecord::instance).collect(Collectors.toSet());
  }

  /** Ours, and not in the hands of somebody who makes or deletes it. */
  private boolean isSettled(InstanceRecord instance) {
    return switch (instance.status()) {
      case CREATING, DELETING -> false;
      case RUNNING -> instance.owner().filter(session::equals).isPresent();
      case STOPPED, CRASHED -> true;
    };
  }

  private static Duration shorter(Duration pause, Instant now, Optional<Instant> next) {
    if (next.isEmpty()) {
      return pause;
    }
    Duration left = Duration.between(now, next.get()).plusMillis(1);
    // What is overdue and held back is looked at with the usual pause.
    return left.isPositive() && left.compareTo(pause) < 0 ? left : pause;
  }

  private Instant now() {
    return clocks.day().instant();
  }

  /** Begins nothing more and waits for what is under way, which hurries. */
  @Override
  public void close() {
    uses.hurry();
    thread.close();
    Uninterrupted.run(() -> underWay.values().forEach(LifetimeWatch::await));
  }

  private static void await(Thread ending) {
    try {
      ending.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What ends an instance, for good or for now. */
  private interface Ending {
    void run() throws InterruptedException;
  }
}
