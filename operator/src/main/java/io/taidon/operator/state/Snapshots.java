package io.taidon.operator.state;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.taidon.core.cache.StateIndex;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotSpec;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.operator.Deletion;
import io.taidon.operator.Names;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The StateSnapshots of a namespace, read from an informer's cache, written through the API. */
public final class Snapshots {
  private final KubernetesClient client;
  private final IndexerResourceCache<StateSnapshot> cache;
  private final String namespace;

  public Snapshots(
      KubernetesClient client, IndexerResourceCache<StateSnapshot> cache, String namespace) {
    this.client = client;
    this.cache = cache;
    this.namespace = namespace;
  }

  /** Which states a plan may start from. */
  public StateIndex index() {
    return id -> find(id).filter(Snapshots::isAvailable).isPresent();
  }

  public Optional<StateSnapshot> find(StateId id) {
    return byName(Names.snapshot(id));
  }

  public Optional<StateSnapshot> byName(String name) {
    return cache.get(new ResourceID(name, namespace));
  }

  /** The states whose id begins with these digits. */
  public List<StateSnapshot> byPrefix(String digits) {
    return cache.list(namespace, snapshot -> snapshot.getSpec().id().startsWith(digits)).toList();
  }

  /** Whether a pool holds it and it is not going away. */
  public static boolean isAvailable(StateSnapshot snapshot) {
    return snapshot.getMetadata().getDeletionTimestamp() == null && !nodes(snapshot).isEmpty();
  }

  /** The nodes whose pools hold it and will: not those whose copy is being evicted. */
  public static TreeSet<String> nodes(StateSnapshot snapshot) {
    TreeSet<String> nodes = new TreeSet<>();
    locations(snapshot).stream()
        .filter(location -> !isGoing(snapshot, location))
        .map(Location::node)
        .forEach(nodes::add);
    return nodes;
  }

  /** The nodes whose pools hold a copy, also one that goes. */
  public static TreeSet<String> holders(StateSnapshot snapshot) {
    TreeSet<String> nodes = new TreeSet<>();
    locations(snapshot).stream().map(Location::node).forEach(nodes::add);
    return nodes;
  }

  /** Whether this copy, and not a later one on the same node, is being evicted. */
  public static boolean isGoing(StateSnapshot snapshot, Location location) {
    return evictions(snapshot).stream()
        .anyMatch(entry ->
            entry.node().equals(location.node()) && entry.readyTime().equals(location.readyTime()));
  }

  public static List<Location> locations(StateSnapshot snapshot) {
    return snapshot.getStatus() == null || snapshot.getStatus().locations() == null
        ? List.of()
        : snapshot.getStatus().locations();
  }

  public static List<Eviction> evictions(StateSnapshot snapshot) {
    return snapshot.getStatus() == null || snapshot.getStatus().evictions() == null
        ? List.of()
        : snapshot.getStatus().evictions();
  }

  /** Who gets to build a state. */
  public enum Claim {
    /** The claimant builds it. */
    MINE,
    /** Another one that lives builds it. */
    TAKEN,
    /** It is there by now, or somebody moved at the same time: look again. */
    CHANGED
  }

  /**
   * Whether another builder that lives has claimed a state that is not there yet.
   *
   * @param alive as in {@link #claim}
   */
  public boolean isTaken(StateId id, Builder claimant, Predicate<Builder> alive) {
    return byName(Names.snapshot(id))
        .filter(known -> !isAvailable(known))
        .flatMap(Builder::of)
        .filter(builder -> !builder.equals(claimant) && alive.test(builder))
        .isPresent();
  }

  /**
   * Claims a state for a builder: creates its StateSnapshot, or takes it over from a builder that
   * is gone. The API server decides between claimants.
   *
   * @param alive whether the builder of that name and uid still works
   */
  public Claim claim(StateSnapshotSpec spec, Builder claimant, Predicate<Builder> alive) {
    String name = Names.snapshot(new StateId(spec.id()));
    Optional<StateSnapshot> known = byName(name);
    try {
      if (known.isEmpty()) {
        create(name, spec, claimant);
        return Claim.MINE;
      }
      if (isAvailable(known.get())
          || known.get().getMetadata().getDeletionTimestamp() != null
          || !evictions(known.get()).isEmpty()) {
        return Claim.CHANGED;
      }
      Optional<Builder> builder = Builder.of(known.get());
      if (builder.isPresent() && builder.get().equals(claimant)) {
        return Claim.MINE;
      }
      if (builder.isPresent() && alive.test(builder.get())) {
        return Claim.TAKEN;
      }
      takeOver(known.get(), claimant);
      return Claim.MINE;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return Claim.CHANGED;
      }
      throw e;
    }
  }

  private void create(String name, StateSnapshotSpec spec, Builder claimant) {
    StateSnapshot snapshot = new StateSnapshot();
    snapshot.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(namespace)
            .addToLabels("app.kubernetes.io/managed-by", "taidon")
            .addToAnnotations(Builder.ANNOTATION, claimant.text())
            .withFinalizers(Api.FINALIZER_POOL)
            .build());
    snapshot.setSpec(spec);
    client.resource(snapshot).create();
  }

  private void takeOver(StateSnapshot known, Builder claimant) {
    StateSnapshot next = client.resource(known).get();
    if (next == null) {
      throw new KubernetesClientException("gone", HttpURLConnection.HTTP_CONFLICT, null);
    }
    next.getMetadata().getAnnotations().put(Builder.ANNOTATION, claimant.text());
    client.resource(next).lockResourceVersion().update();
  }

  /** Gives up what a builder claimed and did not build. */
  public void abandon(Builder builder) {
    cache
        .list(
            namespace,
            snapshot ->
                !isAvailable(snapshot) && Builder.of(snapshot).filter(builder::equals).isPresent())
        .forEach(snapshot -> Deletion.unlessChanged(client, snapshot));
  }
}
