package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.ClientView;
import io.taidon.engine.InstanceAccess.Subscription;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.Lifetime;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.build.Uninterrupted;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.postgres.BinarySets;
import io.taidon.engine.postgres.PostgresHome;
import io.taidon.engine.postgres.PostgresSelection;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.InstanceStatus;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Makes, starts, stops, watches and deletes instances. An instance is registered before anything of
 * it is on disk and forgotten after everything is gone, so a crash at any point leaves a row that
 * says what to clear.
 *
 * <p>Thread-safe: what is done to one instance is done one at a time.
 */
public final class Instances {
  private static final System.Logger LOG = System.getLogger(Instances.class.getName());

  private final EngineContext engine;
  private final BinarySets binaries;
  private final InstanceRows rows;
  private final InstanceStarts starts;
  private final InstanceRemoval removal;
  private final InstanceMaking making;
  private final InstanceEnds ends;
  private final RunningServers servers = new RunningServers(this::noticeCrash);
  private final ConcurrentHashMap<InstanceId, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final InstanceListeners listeners = new InstanceListeners();

  /**
   * @param startDeadline how long a server may take to start without showing progress
   */
  public Instances(
      EngineContext engine,
      StateVault vault,
      BinarySets binaries,
      Lifetimes lifetimes,
      Duration startDeadline) {
    this.engine = engine;
    this.binaries = binaries;
    this.rows = new InstanceRows(engine);
    this.starts = new InstanceStarts(engine, startDeadline);
    this.removal = new InstanceRemoval(engine, servers, listeners);
    this.making = new InstanceMaking(engine, vault, lifetimes, rows, servers, starts, removal);
    this.ends = new InstanceEnds(engine, lifetimes, rows, listeners);
  }

  /**
   * Makes an instance of a state and waits for its first row. Nothing is left of it on failure.
   *
   * <p>It stays {@code creating}, which a crash does not survive, until it is {@linkplain
   * #announce(InstanceRecord) announced}: nobody knows its address before that.
   */
  public InstanceRecord create(InstanceOrder order, Stopwatch stopwatch)
      throws InterruptedException {
    return making.make(order, stopwatch);
  }

  /**
   * Makes a new instance one that is there: for the transaction that tells its user of it.
   *
   * @param made what {@link #create} gave
   */
  public void announce(InstanceRecord made) {
    InstanceRecord unused =
        rows.change(
            made.id(),
            _ -> servers.has(made.id()) ? made : made.withoutServer(InstanceStatus.CRASHED));
    ends.changed();
  }

  /** Hears when an instance may end sooner than was known. */
  void whenLifetimesChange(Runnable listener) {
    ends.whenTheyChange(listener);
  }

  /**
   * Lets an instance live on for a time from now; never brings its end nearer.
   *
   * @param wish absent times are those that were wished before
   */
  public InstanceRecord extend(InstanceId id, Lifetime wish) {
    return ends.extend(id, wish);
  }

  /** Writes down a later end; see {@link InstanceEnds#putOff}. */
  void putOff(InstanceRecord seen, Optional<Instant> end) {
    ends.putOff(seen, end);
  }

  /** Gives an instance to one who asked for such a one: runs it, and lets it live on. */
  public InstanceRecord reuse(InstanceId id, Lifetime wish) throws InterruptedException {
    boolean used = engine.registry().instances().touch(id);
    boolean hasTime = record(id).lifetime().ttl().isPresent();
    if (used && (hasTime || !wish.equals(Lifetime.STANDARD))) {
      InstanceRecord unused = extend(id, wish);
    }
    return ensureRunning(id);
  }

  /** Starts an instance that has no server, on the port it had if that is free. */
  public InstanceRecord ensureRunning(InstanceId id) throws InterruptedException {
    ReentrantLock lock = lock(id);
    lock.lockInterruptibly();
    try {
      InstanceRecord instance = record(id);
      if (instance.status() == InstanceStatus.RUNNING && servers.has(id)) {
        return instance;
      }
      InstanceRows.requireMade(instance);
      PostgresHome home = binaries.find(PostgresSelection.ofHome(Path.of(instance.serverHome())));
      Stopwatch stopwatch = new Stopwatch();
      PostgresServer server =
          starts.start(
              instance, home, new PortWish(instance.port(), false), Optional.empty(), stopwatch);
      return running(id, server, stopwatch);
    } finally {
      lock.unlock();
    }
  }

  private InstanceRecord running(InstanceId id, PostgresServer server, Stopwatch stopwatch) {
    servers.add(id, server);
    try {
      return rows.change(id, i -> rows.served(i, server, stopwatch));
    } catch (RuntimeException failure) {
      servers.remove(id);
      Uninterrupted.run(() -> server.stop(PostgresServer.StopMode.IMMEDIATE));
      throw failure;
    }
  }

  /** Stops an instance cleanly; its data stays. */
  public InstanceRecord stop(InstanceId id) throws InterruptedException {
    ReentrantLock lock = lock(id);
    lock.lockInterruptibly();
    try {
      return stop(id, i -> i.withoutServer(InstanceStatus.STOPPED));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops an instance that nobody uses until somebody connects.
   *
   * @param unused whether that is so, asked when nobody else can start or stop it
   * @return whether it was stopped
   */
  boolean sleep(InstanceId id, BiPredicate<InstanceRecord, PostgresServer> unused)
      throws InterruptedException {
    ReentrantLock lock = lock(id);
    lock.lockInterruptibly();
    try {
      Optional<PostgresServer> server = servers.find(id);
      if (server.filter(running -> unused.test(record(id), running)).isEmpty()) {
        return false;
      }
      InstanceRecord stopped = stop(id, InstanceRecord::sleeping);
      return stopped.asleep();
    } finally {
      lock.unlock();
    }
  }

  private InstanceRecord stop(InstanceId id, UnaryOperator<InstanceRecord> change) {
    Optional<PostgresServer> server = servers.remove(id);
    // Before it goes, so that its sessions hear from the gateway what to do.
    listeners.tell(new InstanceEvent.Stopped(id.hex()));
    server.ifPresent(running -> stop(id, running));
    InstanceRecord stopped = rows.change(id, change);
    closeData(stopped);
    return stopped;
  }

  private void stop(InstanceId id, PostgresServer server) {
    RememberedRoles.remember(server, engine.layout().instanceRoles(id));
    FaultPoint.INSTANCE_ROLES_REMEMBERED.reached();
    server.stop(PostgresServer.StopMode.FAST);
    FaultPoint.INSTANCE_SERVER_STOPPED.reached();
  }

  /** What an idle instance holds besides disk space is no reason to call the stop failed. */
  private void closeData(InstanceRecord instance) {
    try {
      backend(instance).close(engine.layout().instanceData(instance.id()));
    } catch (TaidonException e) {
      LOG.log(
          Level.WARNING, "the data of instance {0} stays open: {1}", instance.id(), e.sentence());
    }
  }

  /**
   * Deletes an instance with its data. Does nothing to one that is gone.
   *
   * @param why for those who use it
   */
  public void delete(InstanceId id, String why) {
    ReentrantLock lock = lock(id);
    lock.lock();
    try {
      removal.now(id, why);
    } finally {
      lock.unlock();
      locks.remove(id);
    }
  }

  /**
   * Deletes an instance whose time is over; the same as {@link #delete} but that those who use it
   * may finish what they do.
   *
   * @param over whether its time is over, asked in the moment that decides
   * @param farewell waits for those who use it; an interrupt ends the waiting, not the deletion
   * @return whether it was deleted
   */
  boolean expire(InstanceId id, Predicate<InstanceRecord> over, InstanceRemoval.Farewell farewell)
      throws InterruptedException {
    ReentrantLock lock = lock(id);
    lock.lockInterruptibly();
    try {
      return removal.run(id, over, "Its time to live is over.", farewell);
    } finally {
      lock.unlock();
      locks.remove(id);
    }
  }

  /**
   * Takes over an instance whose engine died: its server if that still runs, else the row says what
   * happened.
   *
   * @param inUse the data directories in which something runs
   */
  public void adopt(InstanceRecord instance, Set<Path> inUse) {
    Path data = engine.layout().instanceData(instance.id());
    switch (instance.status()) {
      case CREATING, DELETING -> {
        PostgresServer.killOrphans(data, engine.layout().instanceControl(instance.id()));
        removal.now(instance.id(), "It was being deleted.");
      }
      case RUNNING ->
          PostgresServer.attach(data, engine.layout().instanceControl(instance.id()))
              .ifPresentOrElse(
                  server -> takeOver(instance, server), () -> noticeCrash(instance.id()));
      case STOPPED, CRASHED -> {
        // Its engine died between starting the server and saying so.
        if (inUse.contains(data)) {
          PostgresServer.killOrphans(data, engine.layout().instanceControl(instance.id()));
        }
        closeData(instance);
      }
    }
  }

  private void takeOver(InstanceRecord instance, PostgresServer server) {
    // Its engine may have died between writing them and stopping it.
    RememberedRoles.forget(engine.layout().instanceRoles(instance.id()));
    InstanceRecord unused =
        rows.change(
            instance.id(),
            i -> i.running(engine.session().id(), server.pid(), server.port(), i.timeline()));
    servers.add(instance.id(), server);
    LOG.log(Level.INFO, "adopted instance {0}", instance.id());
  }

  private void noticeCrash(InstanceId id) {
    ReentrantLock lock = lock(id);
    lock.lock();
    try {
      if (!servers.has(id)) { // else somebody has started it again
        clearCrash(id);
      }
    } finally {
      lock.unlock();
    }
  }

  private void clearCrash(InstanceId id) {
    LOG.log(Level.WARNING, "the server of instance {0} is gone; its log is {1}", id, logFile(id));
    PostgresServer.killOrphans(
        engine.layout().instanceData(id), engine.layout().instanceControl(id));
    // One that is being made or deleted is so whatever its server does.
    engine
        .registry()
        .instances()
        .change(
            id,
            i -> i.status() == InstanceStatus.RUNNING ? i.withoutServer(InstanceStatus.CRASHED) : i)
        .ifPresent(this::closeData);
    listeners.tell(new InstanceEvent.Stopped(id.hex()));
  }

  public InstanceRecord record(InstanceId id) {
    return rows.get(id);
  }

  /** The server of an instance that runs here. */
  public Optional<PostgresServer> server(InstanceId id) {
    return servers.find(id);
  }

  /** The server of an instance that was made sure to run. */
  public PostgresServer requireServer(InstanceId id) {
    return server(id)
        .orElseThrow(() ->
            TaidonException.of(
                    ErrorCode.POSTGRES_FAILED, "The server of instance " + id + " stopped at once.")
                .with("log", logFile(id).toString()));
  }

  /**
   * How many client sessions an instance has; empty if it does not run, or does not say in time.
   */
  public Optional<Integer> connections(InstanceId id, Duration patience) {
    return server(id).flatMap(server -> ClientSessions.count(server, patience));
  }

  /** Who is connected to an instance; nobody if it does not run, or does not say in time. */
  public List<ClientView> clients(InstanceId id, Duration patience) {
    return server(id).map(server -> ClientSessions.list(server, patience)).orElse(List.of());
  }

  /** Hears what happens to every instance. */
  public Subscription watch(Consumer<InstanceEvent> listener) {
    return listeners.add(listener);
  }

  public List<InstanceId> running() {
    return servers.ids();
  }

  /** Stops all servers cleanly. */
  public void stopAll() {
    for (InstanceId id : running()) {
      try {
        stop(id);
      } catch (TaidonException e) {
        LOG.log(Level.WARNING, "instance {0} did not stop: {1}", id, e.sentence());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Lets go of all servers without stopping them; the next engine adopts them. */
  public void release() {
    servers.letGo();
  }

  public Path logFile(InstanceId id) {
    return engine.layout().instanceControl(id).resolve("postgres.log");
  }

  private SnapshotBackend backend(InstanceRecord instance) {
    return engine.backends().of(instance.backend());
  }

  private ReentrantLock lock(InstanceId id) {
    return locks.computeIfAbsent(id, _ -> new ReentrantLock());
  }
}
