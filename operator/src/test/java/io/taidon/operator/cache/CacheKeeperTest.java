package io.taidon.operator.cache;

import static io.taidon.operator.cache.Cluster.MIB;
import static io.taidon.operator.cache.Cluster.TEAM;
import static io.taidon.operator.cache.Cluster.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.taidon.core.state.StateId;
import io.taidon.crds.ApiServer;
import io.taidon.crds.OnApiServer;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotSpec;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.operator.Names;
import io.taidon.operator.OperatorEvents;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.Settings;
import io.taidon.operator.pool.Pools;
import io.taidon.operator.state.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The cache against a real API server; the test plays the node. */
@OnApiServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheKeeperTest {
  private static final String HOME = "taidon-system";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @SuppressWarnings("NullAway.Init")
  private KubernetesClient client;

  @BeforeAll
  void start(ApiServer server) {
    client = server.client();
    for (String namespace : List.of(TEAM, HOME)) {
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
  }

  @AfterAll
  void stop() {
    client.close();
  }

  @AfterEach
  void clear() {
    client.resources(DbInstance.class).inNamespace(TEAM).delete();
    client
        .resources(StateSnapshot.class)
        .inNamespace(TEAM)
        .list()
        .getItems()
        .forEach(snapshot -> client.resource(snapshot).delete());
    client.v1().events().inNamespace(TEAM).delete();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() ->
            client.resources(StateSnapshot.class).inNamespace(TEAM).list().getItems().isEmpty());
  }

  /**
   * An operator's cache with limits; stopping it is its death, because all it knows is in the API.
   */
  private final class Operator implements AutoCloseable {
    private final ClusterViews views;
    private final CacheKeeper keeper;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Rooms rooms;

    Operator(String... settings) {
      String[] all = java.util.Arrays.copyOf(settings, settings.length + 6);
      System.arraycopy(
          new String[] {
            "cache.reserve", "0", "cache.min-state-age", "0s", "pool-reserve", "10485760"
          },
          0,
          all,
          settings.length,
          6);
      OperatorSettings read = Settings.of(all);
      Limits limits = new Limits(read);
      Pools pools = new Pools(client, read);
      views = new ClusterViews(client, read, pools);
      keeper =
          new CacheKeeper(
              client,
              views,
              limits,
              new CacheStatuses(client, views),
              new CacheMetrics(meters, limits),
              new OperatorEvents(client));
      rooms = new Rooms(limits, pools, views, keeper);
      keeper.ask();
    }

    @Override
    public void close() {
      keeper.stop(new ShutdownEvent());
      views.stop(new ShutdownEvent());
    }
  }

  @Test
  void an_eviction_is_decided_carried_out_and_told_also_over_the_death_of_the_operator() {
    pool(95, 500);
    state("cheap", 20, 100, false);
    state("dear", 20, 90_000, false);
    try (Operator _ = new Operator("cache.max-bytes", "" + 100 * MIB)) {
      await("cheap", s -> Snapshots.evictions(s).size() == 1);
    }
    StateSnapshot going = get("cheap");
    Eviction entry = Snapshots.evictions(going).getFirst();
    assertThat(entry.node()).isEqualTo("n1");
    assertThat(entry.reason()).isEqualTo("PoolAboveWatermark");
    assertThat(entry.poolBytesBefore()).isEqualTo(95 * MIB);
    assertThat(Snapshots.isAvailable(going)).isFalse();
    // Nobody leads now. The node carries it out; then another replica finds that.
    pool(75, 520);
    drop("cheap");
    try (Operator operator = new Operator("cache.max-bytes", "" + 100 * MIB)) {
      StateSnapshot gone = await("cheap", s -> s.getStatus().lastEviction() != null);
      assertThat(Snapshots.evictions(gone)).isEmpty();
      assertThat(gone.getStatus().lastEviction().poolBytesAfter()).isEqualTo(75 * MIB);
      assertThat(kept(gone)).isEqualTo("False PoolAboveWatermark");
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(events())
                  .singleElement()
                  .satisfies(event -> {
                    assertThat(event.getReason()).isEqualTo("Evicted");
                    assertThat(event.getMessage())
                        .contains("95 MiB of states in its pool before")
                        .contains("75 MiB now");
                  }));
      assertThat(
              operator
                  .meters
                  .get("taidon.cache.evictions")
                  .tag("reason", "PoolAboveWatermark")
                  .counter()
                  .count())
          .isEqualTo(1);
      assertThat(kept(await("dear", s -> kept(s) != null))).isEqualTo("True Evictable");
    }
    assertThat(Snapshots.evictions(get("dear"))).isEmpty();
  }

  @Test
  void a_build_waits_until_room_is_made_and_is_told_what_blocks() {
    pool(95, 500);
    state("base", 20, 100, false);
    state("held", 60, 100, false);
    instance("shop", "held");
    try (Operator operator =
        new Operator("cache.max-bytes", "" + 100 * MIB, "cache.high-watermark", "1")) {
      Rooms.Wish wish =
          new Rooms.Wish("job-1", "PrepareJob `x`", TEAM, "default", Optional.of(id("base")), true);
      Rooms.Answer answer =
          Awaitility.await()
              .atMost(PATIENCE)
              .until(
                  () -> operator.rooms.ask(wish),
                  a -> a instanceof Rooms.Answer.Full full && full.sentence().contains("shop"));
      assertThat(((Rooms.Answer.Full) answer).sentence())
          .contains("states take 95 MiB of at most 100 MiB")
          .contains("a build or instance needs 10 MiB")
          .contains("DbInstance `shop`");
      state("spare", 10, 100, true);
      await("spare", s -> Snapshots.evictions(s).size() == 1);
      pool(85, 510);
      drop("spare");
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> operator.rooms.ask(wish) instanceof Rooms.Answer.Granted);
      // Its room is taken: a second one does not fit before the first is done.
      Rooms.Wish second =
          new Rooms.Wish("job-2", "PrepareJob `y`", TEAM, "default", Optional.empty(), true);
      assertThat(operator.rooms.ask(second)).isInstanceOf(Rooms.Answer.Full.class);
      // The start of the first is held from the promise on.
      await("base", s -> "True HeldByJob".equals(kept(s)));
      operator.rooms.release("job-1");
      assertThat(operator.rooms.ask(second)).isInstanceOf(Rooms.Answer.Granted.class);
    }
  }

  @Test
  void evicted_states_are_forgotten_after_a_while() {
    pool(95, 500);
    state("old", 20, 100, false);
    try (Operator _ =
        new Operator("cache.max-bytes", "" + 100 * MIB, "cache.remember-states", "0")) {
      await("old", s -> Snapshots.evictions(s).size() == 1);
      pool(75, 500);
      drop("old");
      Awaitility.await().atMost(PATIENCE).until(() -> find("old").isEmpty());
    }
  }

  @Test
  void a_state_that_is_pinned_says_so_and_stays() {
    pool(95, 500);
    state("kept", 20, 100, false);
    client
        .resource(get("kept"))
        .edit(s -> {
          s.getMetadata().setAnnotations(java.util.Map.of(Api.ANNOTATION_PIN, "demo"));
          return s;
        });
    state("other", 20, 90_000, false);
    try (Operator _ = new Operator("cache.max-bytes", "" + 100 * MIB)) {
      await("other", s -> Snapshots.evictions(s).size() == 1);
      await("kept", s -> "True Pinned".equals(kept(s)));
    }
  }

  /** Eight at a time want to build fifty states of up to ten mebibytes, where ten such fit. */
  @Test
  void fifty_builds_stay_below_the_limit_at_all_times_and_all_get_their_room() throws Exception {
    long limit = 100 * MIB;
    PlayedPool pool = new PlayedPool(client, HOME, 1000 * MIB);
    AtomicBoolean isOver = new AtomicBoolean();
    try (Operator operator = new Operator("cache.namespace-max-bytes", "" + limit);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> node =
          threads.submit(() -> {
            while (!isOver.get()) {
              pool.obey();
              Thread.sleep(50);
            }
            return true;
          });
      Semaphore atOnce = new Semaphore(8);
      List<Future<?>> builds = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String name = "state-" + i;
        long bytes = (5 + i % 6) * MIB;
        builds.add(
            threads.submit(() -> {
              atOnce.acquire();
              build(operator, pool, name, bytes);
              atOnce.release();
              return true;
            }));
      }
      for (Future<?> build : builds) {
        build.get();
      }
      isOver.set(true);
      node.get();
    }
    assertThat(pool.mostBytes()).isBetween(limit / 2, limit);
    assertThat(pool.copies()).isLessThan(20).isPositive();
  }

  private static void build(Operator operator, PlayedPool pool, String name, long bytes) {
    Rooms.Wish wish =
        new Rooms.Wish(name, "PrepareJob `" + name + "`", TEAM, "default", Optional.empty(), true);
    Awaitility.await(name)
        .atMost(PATIENCE.multipliedBy(5))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> operator.rooms.ask(wish) instanceof Rooms.Answer.Granted);
    pool.seal(name, bytes);
    operator.rooms.release(name);
  }

  private static @Nullable String kept(StateSnapshot snapshot) {
    return snapshot.getStatus() == null || snapshot.getStatus().conditions() == null
        ? null
        : snapshot.getStatus().conditions().stream()
            .filter(c -> c.getType().equals("Kept"))
            .map(c -> c.getStatus() + " " + c.getReason())
            .findFirst()
            .orElse(null);
  }

  private interface Check {
    boolean holds(StateSnapshot snapshot);
  }

  private StateSnapshot await(String name, Check check) {
    return Awaitility.await(name).atMost(PATIENCE).until(() -> get(name), check::holds);
  }

  private Optional<StateSnapshot> find(String name) {
    return Optional.ofNullable(
        client
            .resources(StateSnapshot.class)
            .inNamespace(TEAM)
            .withName(Names.snapshot(new StateId(id(name))))
            .get());
  }

  private StateSnapshot get(String name) {
    return find(name).orElseThrow();
  }

  private List<Event> events() {
    return client.v1().events().inNamespace(TEAM).list().getItems();
  }

  /** What the node's plugin reports. */
  private void pool(long usedMib, long freeMib) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("pool-n1")
                .withNamespace(HOME)
                .addToLabels(Pools.LABEL, "default")
                .endMetadata()
                .addToData("node", "n1")
                .addToData("class", "default")
                .addToData("backend", "btrfs")
                .addToData("totalBytes", Long.toString(1000 * MIB))
                .addToData("freeBytes", Long.toString(freeMib * MIB))
                .addToData("usedBytes", Long.toString(usedMib * MIB))
                .addToData("usedBytes." + TEAM, Long.toString(usedMib * MIB))
                .addToData("reportTime", Instant.now().toString())
                .build())
        .patch(apply("taidon-node-n1"));
  }

  private void state(String name, long mib, long buildMillis, boolean young) {
    StateSnapshot snapshot = new StateSnapshot();
    snapshot.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.snapshot(new StateId(id(name))))
            .withNamespace(TEAM)
            .build());
    snapshot.setSpec(
        new StateSnapshotSpec(
            id(name),
            null,
            new StateSnapshotSpec.Engine("17.11", id("base"), null),
            null,
            null,
            null));
    client.resource(snapshot).create();
    Instant ready = Instant.now().minus(young ? 1 : 3600, ChronoUnit.SECONDS);
    status(
        name,
        "taidon-node-n1",
        StateSnapshotStatus.ofLocation(
            new Location("n1", "btrfs", mib * MIB, mib * MIB, ready.toString())));
    status(name, Api.MANAGER_WORTH, StateSnapshotStatus.ofWorth(buildMillis, 0L, null));
  }

  /** What the node's plugin does when a copy is gone. */
  private void drop(String name) {
    client
        .resources(StateSnapshot.class)
        .inNamespace(TEAM)
        .withName(Names.snapshot(new StateId(id(name))))
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\": \"remove\", \"path\": \"/status/locations/0\"}]");
  }

  private void status(String name, String manager, StateSnapshotStatus status) {
    StateSnapshot said = new StateSnapshot();
    said.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.snapshot(new StateId(id(name))))
            .withNamespace(TEAM)
            .build());
    said.setStatus(status);
    client.resource(said).subresource("status").patch(apply(manager));
  }

  private void instance(String name, String state) {
    DbInstance instance = new DbInstance();
    instance.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(TEAM).build());
    instance.setSpec(
        new DbInstanceSpec(
            new DbInstanceSpec.From(id(state), null, null), null, null, null, null, null));
    client.resource(instance).create();
  }

  private static PatchContext apply(String manager) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .withForce(true)
        .build();
  }
}
