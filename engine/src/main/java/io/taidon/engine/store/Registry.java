package io.taidon.engine.store;

import io.taidon.core.error.TaidonException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What is in a store: an SQLite database in WAL mode, used by many threads and by several processes
 * at once. Thread-safe.
 *
 * <p>A commit survives the death of the process at once, and a crash of the machine from the next
 * checkpoint on (synchronous=NORMAL, sqlite.org/pragma.html#pragma_synchronous); states and
 * instances are then found again by their sidecar files.
 *
 * <p>All methods of the tables throw STORE_UNUSABLE and DISK_FULL where the file does not work.
 */
public final class Registry implements AutoCloseable {
  private final RegistryOpening.Opened opened;
  private final StateTable states;
  private final OriginTable origins;
  private final InstanceTable instances;
  private final NameTable names;
  private final JobTable jobs;
  private final EventTable events;
  private final EvictionTable evictions;
  private final CacheTable cache;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Registry(
      RegistryOpening.Opened opened, StoreLayout layout, InstantSource clock, int maxEvents) {
    this.opened = opened;
    RegistryDatabase database = opened.database();
    this.states = new StateTable(database, layout, clock);
    this.origins = new OriginTable(database, layout);
    this.instances = new InstanceTable(database, layout, clock);
    this.names = new NameTable(database, instances, clock);
    this.jobs = new JobTable(database);
    this.events = new EventTable(database, clock, maxEvents);
    this.evictions = new EvictionTable(database, clock);
    this.cache = new CacheTable(database, layout, clock);
  }

  /**
   * Opens the registry of a store whose directories are there, or makes it. One that is missing or
   * damaged is rebuilt from what is on disk, the damaged file is kept under another name.
   *
   * @throws TaidonException STORE_UNUSABLE, also where the registry was made by a newer version or
   *     is damaged while another process uses it; DISK_FULL
   */
  public static Registry open(StoreLayout layout, InstantSource clock) {
    return open(layout, clock, EventTable.MAX_EVENTS);
  }

  static Registry open(StoreLayout layout, InstantSource clock, int maxEvents) {
    return new Registry(RegistryOpening.open(layout, clock.instant()), layout, clock, maxEvents);
  }

  /**
   * Runs several changes of the tables as one transaction: all of them or, when something is
   * thrown, none. Look-ups in the work do not see its changes; it must be quick.
   */
  public <T> T atomically(Supplier<T> work) {
    return opened.database().write(_ -> work.get());
  }

  /** What opening had to repair; empty where all was as it should be. */
  public Optional<Recovered> recovered() {
    return opened.recovered();
  }

  public StateTable states() {
    return states;
  }

  public OriginTable origins() {
    return origins;
  }

  public InstanceTable instances() {
    return instances;
  }

  public NameTable names() {
    return names;
  }

  public JobTable jobs() {
    return jobs;
  }

  public EventTable events() {
    return events;
  }

  /** The states as things that take space. */
  public CacheTable cache() {
    return cache;
  }

  /** Which states went, when and why. */
  public EvictionTable evictions() {
    return evictions;
  }

  /**
   * Finds what an id, or the beginning of one, stands for.
   *
   * @throws TaidonException AMBIGUOUS_REFERENCE where several ids begin so, also of different kinds
   */
  public Optional<Reference> resolve(IdPrefix prefix) {
    List<Reference> found = new ArrayList<>();
    states.find(prefix).ifPresent(id -> found.add(new Reference.ToState(id)));
    instances.find(prefix).ifPresent(id -> found.add(new Reference.ToInstance(id)));
    jobs.find(prefix).ifPresent(id -> found.add(new Reference.ToJob(id)));
    if (found.size() > 1) {
      throw IdLookup.ambiguous(prefix, "things of different kinds");
    }
    return found.stream().findFirst();
  }

  /** Whether the store still has the file that was opened: it may be unmounted or deleted. */
  public boolean isHere() {
    return opened.database().isHere();
  }

  /**
   * Moves the log into the database file and syncs: for idle moments, so that no commit has to do
   * it. Takes milliseconds.
   */
  public void checkpoint() {
    opened.database().checkpoint();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      opened.close();
    }
  }
}
