package io.taidon.node.upkeep;

import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.engine.snapshot.Usage;
import io.taidon.node.cluster.Cluster;
import io.taidon.node.cluster.KnownState;
import io.taidon.node.metrics.NodeMetrics;
import io.taidon.node.name.Namespace;
import io.taidon.node.pool.Pool;
import io.taidon.node.pool.Pool.InstanceData;
import io.taidon.node.pool.Pool.StateCopy;
import io.taidon.node.pool.Pools;
import io.taidon.node.publish.Publisher;
import io.taidon.node.slot.Slot;
import io.taidon.node.slot.Slots;
import io.taidon.node.slot.Turns;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
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

  private final String node;
  private final Pools pools;
  private final Slots slots;
  private final Publisher publisher;
  private final Cluster cluster;
  private final NodeMetrics metrics;
  private final Absences<StateCopy> missingStates;
  private final Absences<Slot> missingPods;
  private final Map<StateCopy, Location> described = new HashMap<>();
  private final Clock clock;

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
    this.node = node;
    this.pools = pools;
    this.slots = slots;
    this.publisher = publisher;
    this.cluster = cluster;
    this.metrics = metrics;
    this.missingStates = new Absences<>(graces.state(), clock);
    this.missingPods = new Absences<>(graces.pod(), clock);
    this.clock = clock;
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
    Pool.Space space = pool.space();
    cluster.report(
        pool.stateClass(),
        Map.of(
            "node", node,
            "class", pool.stateClass(),
            "backend", pool.backend().kind().wireName(),
            "totalBytes", Long.toString(space.totalBytes()),
            "freeBytes", Long.toString(space.freeBytes()),
            "reportTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()));
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
      for (StateCopy copy : copies) {
        KnownState state = known.get(copy);
        if (state == null) {
          attempt("states", () -> dropUnknown(pool, copy));
        } else {
          missingStates.forget(copy);
          attempt("states", () -> compare(pool, copy, state));
        }
      }
    }
    missingStates.onlyOf(here);
    synchronized (described) {
      described.keySet().retainAll(here);
    }
    known.values().stream()
        .filter(KnownState::here)
        .filter(state -> pools.holding(state.namespace(), state.id()).isEmpty())
        .forEach(state -> attempt("states", () -> retract(state)));
  }

  private void compare(Pool pool, StateCopy copy, KnownState state) throws IOException {
    if (state.deleting()) {
      drop(pool, copy, "its StateSnapshot is being deleted");
      cluster.removeLocation(copy.namespace(), copy.id());
    } else if (!state.here()) {
      cluster.putLocation(copy.namespace(), copy.id(), location(pool, copy));
    }
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
      StateCopy copy = new StateCopy(namespace, id);
      cluster.putLocation(namespace, id, location(pool, copy));
    } catch (IOException | RuntimeException e) {
      metrics.upkeepFailed("announce");
      LOG.log(Level.WARNING, "State " + id.shortHex() + " is not announced: " + e.getMessage());
    }
  }

  private Location location(Pool pool, StateCopy copy) throws IOException {
    synchronized (described) {
      Location before = described.get(copy);
      if (before != null) {
        return before;
      }
    }
    Path state = pool.state(copy.namespace(), copy.id());
    Usage usage = pool.backend().usage(state);
    FileTime sealed = (FileTime) Files.getAttribute(state, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    Location location =
        new Location(
            node,
            pool.backend().kind().wireName(),
            usage.logicalBytes(),
            usage.exclusiveBytes().isPresent() ? usage.exclusiveBytes().getAsLong() : null,
            sealed.toInstant().truncatedTo(ChronoUnit.MILLIS).toString());
    synchronized (described) {
      described.put(copy, location);
    }
    return location;
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
