package io.taidon.operator.cache;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.runtime.ShutdownEvent;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.crds.v1alpha1.StateReason;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.LastEviction;
import io.taidon.operator.Deletion;
import io.taidon.operator.OperatorEvents;
import io.taidon.operator.pool.Pool;
import io.taidon.operator.state.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the pools whenever something changes, and has copies evicted. A decision is an entry in
 * {@code status.evictions} of the StateSnapshot; the plugin of the node deletes the copy and takes
 * its location back; then the entry becomes {@code status.lastEviction} and an event. Everything is
 * in the API, so it may die between any two of these. Works only in the replica that leads: it is a
 * reconciler that starts it.
 */
@ApplicationScoped
public class CacheKeeper {
  private static final Logger LOG = Logger.getLogger(CacheKeeper.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  /** Changes come in bursts; one look sees them all. */
  private static final Duration GATHER = Duration.ofMillis(100);

  private final KubernetesClient client;
  private final ClusterViews views;
  private final Limits limits;
  private final CacheStatuses statuses;
  private final CacheMetrics metrics;
  private final OperatorEvents events;
  private final Ledger ledger = new Ledger();
  private final Semaphore asked = new Semaphore(0);
  private volatile @Nullable Thread thread;

  public CacheKeeper(
      KubernetesClient client,
      ClusterViews views,
      Limits limits,
      CacheStatuses statuses,
      CacheMetrics metrics,
      OperatorEvents events) {
    this.client = client;
    this.views = views;
    this.limits = limits;
    this.statuses = statuses;
    this.metrics = metrics;
    this.events = events;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Asks for a look soon; the first time, starts to look. */
  public void ask() {
    asked.release();
    if (thread == null) {
      start();
    }
  }

  private synchronized void start() {
    if (thread == null) {
      views.start(asked::release);
      thread = Thread.ofVirtual().name("cache").start(this::loop);
    }
  }

  private void loop() {
    try {
      while (true) {
        var _ = asked.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        Thread.sleep(GATHER);
        var _ = asked.drainPermits();
        try {
          look();
        } catch (RuntimeException e) {
          LOG.warnf("The look at the pools failed and is repeated: %s", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void stop(@Observes ShutdownEvent event) {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** One look: what was carried out, what goes now, and why the rest stays. */
  void look() {
    if (!views.isReady()) {
      return;
    }
    List<Pool> pools =
        ledger.deciding(() -> {
          ClusterView seen = views.now();
          ClusterView settled = settle(seen) ? views.now() : seen;
          evict(settled);
          return settled.pools();
        });
    ClusterView view = views.now(pools);
    Holds holds = holds(view);
    for (StateSnapshot snapshot : view.snapshots()) {
      if (snapshot.getMetadata().getDeletionTimestamp() == null) {
        var _ =
            statuses.say(
                snapshot, holds, Snapshots.evictions(snapshot), last(snapshot), view.now());
      }
    }
    forget(view);
    metrics.show(view.pools());
  }

  private Holds holds(ClusterView view) {
    return Holds.of(view, ledger.holding(view.now()), limits.minStateAge());
  }

  private static @Nullable LastEviction last(StateSnapshot snapshot) {
    return snapshot.getStatus() == null ? null : snapshot.getStatus().lastEviction();
  }

  /** Turns entries whose copy is gone into history; says whether there were any. */
  private boolean settle(ClusterView view) {
    boolean any = false;
    Holds holds = holds(view);
    for (StateSnapshot snapshot : view.snapshots()) {
      List<Eviction> open = new ArrayList<>();
      List<Eviction> done = new ArrayList<>();
      for (Eviction entry : Snapshots.evictions(snapshot)) {
        (isDone(snapshot, entry) ? done : open).add(entry);
      }
      if (!done.isEmpty()) {
        Eviction latest = done.getLast();
        LastEviction history = history(snapshot, latest, view);
        if (statuses.say(snapshot, holds, open, history, view.now())) {
          done.forEach(entry -> tell(snapshot, entry, view));
          any = true;
        }
      }
    }
    return any;
  }

  private static boolean isDone(StateSnapshot snapshot, Eviction entry) {
    return Snapshots.locations(snapshot).stream()
        .noneMatch(location ->
            location.node().equals(entry.node()) && entry.readyTime().equals(location.readyTime()));
  }

  private static LastEviction history(StateSnapshot snapshot, Eviction entry, ClusterView view) {
    return new LastEviction(
        entry.node(),
        entry.reason(),
        text(view.now()),
        entry.bytes(),
        entry.poolBytesBefore(),
        pool(view, snapshot, entry).map(Pool::usedBytes).orElse(null));
  }

  private static Optional<Pool> pool(ClusterView view, StateSnapshot snapshot, Eviction entry) {
    PoolKey key = new PoolKey(entry.node(), PoolKey.stateClass(snapshot));
    return view.pools().stream().filter(pool -> PoolKey.of(pool).equals(key)).findFirst();
  }

  private void tell(StateSnapshot snapshot, Eviction entry, ClusterView view) {
    KeptReason reason = KeptConditions.reason(Objects.requireNonNullElse(entry.reason(), ""));
    long bytes = Objects.requireNonNullElse(entry.bytes(), 0L);
    metrics.evicted(reason, bytes);
    String after =
        pool(view, snapshot, entry)
            .map(pool ->
                Blockers.bytes(pool.usedBytes())
                    + " now ("
                    + Blockers.bytes(pool.freeBytes())
                    + " free)")
            .orElse("an unknown number now");
    events.tell(
        snapshot,
        StateReason.EVICTED,
        "The copy on node "
            + entry.node()
            + " was evicted ("
            + reason.value()
            + "): "
            + Blockers.bytes(Objects.requireNonNullElse(entry.poolBytesBefore(), 0L))
            + " of states in its pool before, "
            + after
            + "; making it again takes about "
            + Objects.requireNonNullElse(entry.rebuildMillis(), 0L)
            + " ms.");
  }

  private void evict(ClusterView view) {
    Holds holds = holds(view);
    Map<StateKey, StateSnapshot> snapshots = new HashMap<>();
    view.snapshots().forEach(snapshot -> snapshots.put(StateKey.of(snapshot), snapshot));
    List<Decision> decisions =
        new Decider(limits)
            .decide(
                view,
                new Census(view, holds),
                ledger.granted(view.now()),
                ledger.wanted(view.now()));
    Map<StateKey, List<Decision>> byState = new HashMap<>();
    decisions.forEach(decision ->
        byState.computeIfAbsent(decision.copy().state(), _ -> new ArrayList<>()).add(decision));
    byState.forEach((key, some) -> {
      StateSnapshot snapshot = Objects.requireNonNull(snapshots.get(key));
      List<Eviction> entries = new ArrayList<>(Snapshots.evictions(snapshot));
      some.forEach(decision -> {
        entries.removeIf(entry -> entry.node().equals(decision.copy().pool().node()));
        entries.add(entry(decision, view));
      });
      var _ = statuses.say(snapshot, holds, entries, last(snapshot), view.now());
    });
    decisions.forEach(decision ->
        LOG.infof(
            "State %s of %s goes from %s: %s",
            decision.copy().state().id().substring(0, 12),
            decision.copy().state().namespace(),
            decision.copy().pool(),
            decision.reason().value()));
  }

  private static Eviction entry(Decision decision, ClusterView view) {
    Copy copy = decision.copy();
    return new Eviction(
        copy.pool().node(),
        copy.readyTime(),
        decision.reason().value(),
        text(view.now()),
        decision.bytes(),
        decision.rebuildMillis(),
        view.pools().stream()
            .filter(pool -> PoolKey.of(pool).equals(copy.pool()))
            .map(Pool::usedBytes)
            .findFirst()
            .orElse(null));
  }

  /** Evicted states are remembered for a while, so that people see what became of them. */
  private void forget(ClusterView view) {
    for (StateSnapshot snapshot : Remembered.tooMany(view, limits)) {
      Deletion.unlessChanged(client, snapshot);
    }
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
