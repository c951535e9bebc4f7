package io.taidon.node.upkeep;

import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.engine.snapshot.FreedSpace;
import io.taidon.node.cluster.Cluster;
import io.taidon.node.cluster.KnownState;
import io.taidon.node.fault.NodeFault;
import io.taidon.node.metrics.NodeMetrics;
import io.taidon.node.name.Namespace;
import io.taidon.node.pool.Pool;
import io.taidon.node.pool.Pool.InstanceData;
import io.taidon.node.pool.Pool.StateCopy;
import io.taidon.node.pool.PoolUsage.CopyBytes;
import io.taidon.node.pool.PoolUsage.Measured;
import io.taidon.node.pool.Pools;
import io.taidon.node.publish.Publisher;
import io.taidon.node.slot.Slot;
import io.taidon.node.slot.Slots;
import io.taidon.node.slot.Turns;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the pools with the API, both ways, and puts right what differs, whoever died when. One
 * look does everything; it may be repeated at any time and is done by one thread at a time.
 * Something is deleted only when the API server itself says that nobody wants it, and copies of
 * states and slots of pods only after a grace time as well.
 */
public final class Upkeep {
  private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());

  private static final Duration FREED_WITHIN = Duration.ofSeconds(15);

  private final Pools pools;
  private final Slots slots;
  private final Publisher publisher;
  private final Cluster cluster;
  private final NodeMetrics metrics;
  private final Absences<StateCopy> missingStates;
  private final Absences<Slot> missingPods;
  private final Descriptions descriptions;
  private final PoolReports reports;

  /** How long something must be unwanted before it is deleted. */
  public record Graces(Duration state, Duration pod) {
    /**
     * A build's pod may seal before its StateSnapshot is seen; kubelets unpublish by themselves.
     */
    public static final Graces USUAL = new Graces(Duration.ofMinutes(5), Duration.ofMinutes(2));
  }

  public Upkeep(
      String node,
      Pools pools,
      Slots slots,
      Publisher publisher,
      Cluster cluster,
      NodeMetrics metrics,
      Graces graces,
      Clock clock) {
    this.pools = pools;
    this.slots = slots;
    this.publisher = publisher;
    this.cluster = cluster;
    this.metrics = metrics;
    this.missingStates = new Absences<>(graces.state(), clock);
    this.missingPods = new Absences<>(graces.pod(), clock);
    this.descriptions = new Descriptions(node);
    this.reports = new PoolReports(node, clock);
  }

  /** Looks at everything once; a part that fails does not stop the others. */
  public synchronized void run() {
    for (Pool pool : pools.all()) {
      attempt("tidy", pool::tidy);
      attempt("report", () -> report(pool));
    }
    if (!cluster.isReady()) {
      return;
    }
    attempt("slots", this::dropSlotsOfGonePods);
    attempt("states", this::compareStates);
    attempt("instances", this::dropDataOfGoneInstances);
  }

  private void attempt(String part, Part work) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      metrics.upkeepFailed(part);
      LOG.log(Level.WARNING, "Reconciling " + part + " failed: " + e.getMessage());
    }
  }

  private interface Part {
    void run() throws IOException;
  }

  private void report(Pool pool) throws IOException {
    cluster.report(pool.stateClass(), reports.of(pool));
  }

  private void dropSlotsOfGonePods() {
    missingPods.onlyOf(slots.all());
    for (Slot slot : slots.all()) {
      attempt(
          "slots",
          () -> {
            var order = slot.record().order();
            if (cluster.knowsPod(order.namespace(), order.podUid())) {
              missingPods.forget(slot);
            } else if (missingPods.isLong(slot)
                && cluster.isPodGone(order.namespace(), order.podName(), order.podUid())) {
              publisher.unpublish(slot.volume(), order.target());
              did("slot-deleted", "Volume " + slot.volume() + " is deleted: its pod is gone.");
            }
          });
    }
  }

  private void compareStates() {
    Map<StateCopy, KnownState> known = new HashMap<>();
    cluster.states().forEach(s -> known.put(new StateCopy(s.namespace(), s.id()), s));
    Set<StateCopy> here = new HashSet<>();
    for (Pool pool : pools.all()) {
      List<StateCopy> copies = pool.stateCopies();
      here.addAll(copies);
      Measured measured = pool.usage().measure();
      for (StateCopy copy : copies) {
        KnownState state = known.get(copy);
        if (state == null) {
          attempt("states", () -> dropUnknown(pool, copy));
        } else {
          missingStates.forget(copy);
          attempt("states", () -> compare(pool, copy, state, measured));
        }
      }
    }
    missingStates.onlyOf(here);
    descriptions.onlyOf(here);
    known.values().stream()
        .filter(KnownState::here)
        .filter(state -> !here.contains(new StateCopy(state.namespace(), state.id())))
        .filter(state -> pools.holding(state.namespace(), state.id()).isEmpty())
        .forEach(state -> attempt("states", () -> retract(state)));
  }

  private void compare(Pool pool, StateCopy copy, KnownState state, Measured measured)
      throws IOException {
    if (state.deleting()) {
      drop(pool, copy, "its StateSnapshot is being deleted");
      cluster.removeLocation(copy.namespace(), copy.id());
      return;
    }
    String readyTime = Descriptions.readyTime(pool, copy);
    if (state.evicted().filter(readyTime::equals).isPresent()
        && cluster.isEvicted(copy.namespace(), copy.id(), readyTime)) {
      evict(pool, copy, measured);
    } else if (!state.here() || descriptions.hasChanged(copy, measured)) {
      tell(pool, copy, measured);
    }
  }

  /**
   * The report goes first, so that who sees a location gone sees a pool without its bytes, and
   * never evicts twice for the same need.
   */
  private void evict(Pool pool, StateCopy copy, Measured measured) throws IOException {
    long bytes = measured.copies().getOrDefault(copy, new CopyBytes(0, 0)).exclusive();
    long freeBefore = pool.space().freeBytes();
    drop(pool, copy, "it was evicted");
    metrics.evicted(bytes);
    NodeFault.EVICTED_COPY_DELETED.reached();
    awaitFree(pool, freeBefore + bytes / 2);
    report(pool);
    cluster.removeLocation(copy.namespace(), copy.id());
  }

  private static void awaitFree(Pool pool, long bytes) throws IOException {
    try {
      FreedSpace.await(pool.root(), bytes, FREED_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Pool pool, StateCopy copy, Measured measured) throws IOException {
    Location location = descriptions.of(pool, copy, measured);
    cluster.putLocation(copy.namespace(), copy.id(), location);
    descriptions.told(copy, location);
  }

  private void dropUnknown(Pool pool, StateCopy copy) {
    if (missingStates.isLong(copy) && cluster.isStateGone(copy.namespace(), copy.id())) {
      drop(pool, copy, "it has no StateSnapshot");
    }
  }

  private void drop(Pool pool, StateCopy copy, String reason) {
    pool.working(() -> {
      pool.backend().delete(pool.state(copy.namespace(), copy.id()));
      return true;
    });
    pool.usage().forget(copy);
    did(
        "state-deleted",
        "State "
            + copy.id().shortHex()
            + " of "
            + copy.namespace()
            + " is deleted: "
            + reason
            + ".");
  }

  private void retract(KnownState state) {
    cluster.removeLocation(state.namespace(), state.id());
    did(
        "location-removed",
        "State " + state.id().shortHex() + " of " + state.namespace() + " is not here any more.");
  }

  /** Tells the API of a state that has just been sealed; if that fails the next look does it. */
  public void announce(Pool pool, Namespace namespace, StateId id) {
    try {
      report(pool);
      tell(pool, new StateCopy(namespace, id), pool.usage().measure());
    } catch (IOException | RuntimeException e) {
      metrics.upkeepFailed("announce");
      LOG.log(Level.WARNING, "State " + id.shortHex() + " is not announced: " + e.getMessage());
    }
  }

  private void dropDataOfGoneInstances() {
    for (Pool pool : pools.all()) {
      for (InstanceData data : pool.instanceData()) {
        attempt("instances", () -> dropIfGone(pool, data));
      }
    }
  }

  private void dropIfGone(Pool pool, InstanceData data) {
    if (cluster.knowsInstance(data.namespace(), data.uid())
        || !slots.of(data.namespace(), data.uid()).isEmpty()
        || !cluster.isInstanceGone(data.namespace(), data.uid())) {
      return;
    }
    try (Turns.Turn _ = slots.turn(data.namespace(), data.uid())) {
      if (slots.of(data.namespace(), data.uid()).isEmpty()) {
        pool.working(() -> {
          pool.backend().delete(pool.instance(data.namespace(), data.uid()));
          return true;
        });
        did(
            "instance-deleted",
            "The data of instance " + data.uid() + " of " + data.namespace() + " is deleted.");
      }
    }
  }

  private void did(String what, String sentence) {
    metrics.upkeepDid(what);
    LOG.log(Level.INFO, sentence);
  }
}
