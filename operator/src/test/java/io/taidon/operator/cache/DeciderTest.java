package io.taidon.operator.cache;

import static io.taidon.operator.cache.Cluster.MIB;
import static io.taidon.operator.cache.Cluster.NOW;
import static io.taidon.operator.cache.Cluster.TEAM;
import static io.taidon.operator.cache.Cluster.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.crds.v1alpha1.NameRef;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.operator.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which copies go, decided over values. */
class DeciderTest {
  private static final String[] SMALL = {
    "cache.max-bytes", Long.toString(100 * MIB), "cache.reserve", "0", "pool-reserve", "1048576"
  };

  private static List<String> decide(Cluster cluster, String... settings) {
    return decide(cluster, List.of(), List.of(), settings).stream()
        .map(decision -> name(decision.copy()) + " " + decision.reason().value())
        .toList();
  }

  private static List<Decision> decide(
      Cluster cluster, List<Grant> granted, List<Grant> wanted, String... settings) {
    Limits limits = new Limits(Settings.of(settings));
    ClusterView view = cluster.view();
    Holds holds = Holds.of(view, granted, limits.minStateAge());
    return new Decider(limits).decide(view, new Census(view, holds), granted, wanted);
  }

  private static String name(Copy copy) {
    for (String name : List.of("base", "a", "b", "c", "d", "e")) {
      if (id(name).equals(copy.state().id())) {
        return name + "@" + copy.pool().node();
      }
    }
    return copy.state().id();
  }

  @Test
  void nothing_goes_without_pressure() {
    assertThat(decide(new Cluster().pool("n1", 80, 500).state("a", null, 40, 10, 0, "n1"), SMALL))
        .isEmpty();
  }

  @Test
  void above_the_high_watermark_the_cheapest_go_down_to_the_low_one() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 95, 500)
            .state("a", null, 10, 60_000, 3, "n1")
            .state("b", null, 10, 100, 0, "n1")
            .state("c", null, 10, 200, 0, "n1");
    assertThat(decide(cluster, SMALL))
        .containsExactly("b@n1 PoolAboveWatermark", "c@n1 PoolAboveWatermark");
  }

  @Test
  void the_file_system_counts_whoever_fills_it() {
    Cluster cluster = new Cluster().pool("n1", 30, 50).state("a", null, 30, 100, 0, "n1");
    // Without settings the reserve is a tenth of the file system: 100 MiB.
    assertThat(decide(cluster)).containsExactly("a@n1 FreeBelowReserve");
  }

  @Test
  void each_pool_is_looked_at_by_itself_and_a_copy_elsewhere_makes_one_cheap() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 95, 500)
            .pool("n2", 95, 500)
            .state("a", null, 20, 60_000, 9, "n1", "n2")
            .state("b", null, 20, 500, 0, "n2");
    // On n1 nothing else can go; on n2 the dear one costs nothing, because n1 was asked first.
    assertThat(decide(cluster, SMALL))
        .containsExactly("a@n1 PoolAboveWatermark", "b@n2 PoolAboveWatermark");
  }

  @Test
  void a_namespace_has_its_own_limit_over_all_pools() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 60, 500)
            .pool("n2", 60, 500)
            .state("a", null, 30, 9000, 1, "n1")
            .state("b", null, 30, 100, 0, "n2");
    assertThat(decide(cluster, "cache.reserve", "0", "cache.namespace-max-bytes", "" + 100 * MIB))
        .containsExactly("b@n2 NamespaceAboveLimit", "a@n1 NamespaceAboveLimit");
    assertThat(
            decide(
                cluster,
                "cache.reserve",
                "0",
                "cache.namespace-max-bytes",
                "" + 100 * MIB,
                "cache.namespaces.\"" + TEAM + "\"",
                "" + 1000 * MIB))
        .isEmpty();
  }

  @Test
  void classes_of_pools_have_limits_of_their_own() {
    Cluster cluster = new Cluster().pool("n1", 95, 500).state("a", null, 30, 1, 0, "n1");
    assertThat(
            decide(
                cluster,
                "cache.max-bytes",
                "" + 1000 * MIB,
                "cache.pools.default.max-bytes",
                "" + 100 * MIB))
        .containsExactly("a@n1 PoolAboveWatermark");
  }

  @Test
  void what_is_already_going_counts_as_gone() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 95, 500)
            .state("a", null, 20, 1, 0, "n1")
            .state("b", null, 20, 1, 0, "n1");
    String ready = NOW.minus(Duration.ofHours(1)).toString();
    cluster.say("a", List.of(), List.of(new Eviction("n1", ready, "x", ready, 1L, 1L, 1L)));
    assertThat(decide(cluster, SMALL)).isEmpty();
    // An entry about an earlier copy says nothing of this one.
    cluster.say("a", List.of(), List.of(new Eviction("n1", "earlier", "x", ready, 1L, 1L, 1L)));
    assertThat(decide(cluster, SMALL)).hasSize(1);
  }

  @Test
  void one_look_lets_only_some_go() {
    Cluster cluster = new Cluster().pool("n1", 1000, 500);
    for (int i = 0; i < 30; i++) {
      cluster.state("s" + i, null, 1, 1, 0, "n1");
    }
    assertThat(decide(cluster, SMALL)).hasSize(Decider.BATCH);
  }

  @Test
  void who_waits_for_room_gets_it_made_and_no_more() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 85, 500)
            .state("a", null, 10, 1, 0, "n1")
            .state("b", null, 10, 2, 0, "n1")
            .state("c", null, 10, 3, 0, "n1");
    List<Decision> decisions =
        decide(cluster, List.of(grant("running", 10)), List.of(grant("waiting", 20)), SMALL);
    assertThat(decisions).extracting(d -> name(d.copy())).containsExactly("a@n1", "b@n1");
  }

  private static Grant grant(String key, long mib) {
    return new Grant(
        key, key, TEAM, Optional.empty(), Set.of(new PoolKey("n1", "default")), mib * MIB, true);
  }

  @Test
  void retention_lets_go_what_nobody_uses() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 10, 500)
            .state(TEAM, "a", null, 5, 1, 0, Duration.ofDays(10), "n1")
            .state(TEAM, "b", null, 5, 1, 0, Duration.ofDays(1), "n1");
    assertThat(decide(cluster, "cache.retention", "7d")).containsExactly("a@n1 Expired");
  }

  @Test
  void lru_can_be_chosen() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 95, 500)
            .state(TEAM, "a", null, 20, 90_000, 9, Duration.ofDays(10), "n1")
            .state(TEAM, "b", null, 20, 1, 0, Duration.ofDays(1), "n1");
    List<String> settings = new ArrayList<>(List.of(SMALL));
    settings.addAll(List.of("cache.policy", "lru"));
    assertThat(decide(cluster, settings.toArray(String[]::new)))
        .containsExactly("a@n1 PoolAboveWatermark");
    assertThatThrownBy(() -> new Limits(Settings.of("cache.policy", "random")))
        .hasMessageContaining("cost, lru");
    assertThatThrownBy(() -> new Limits(Settings.of("cache.low-watermark", "0.95")))
        .hasMessageContaining("watermark");
  }

  @Test
  void what_is_held_stays_whatever_the_pressure() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 500, 0)
            .state("base", null, 10, 1, 0, "n1")
            .state("a", "base", 10, 1, 0, "n1")
            .state("b", "base", 10, 1, 0, "n1")
            .state("c", "base", 10, 1, 0, "n1", "n2")
            .state("d", "base", 10, 1, 0, "n1")
            .state(TEAM, "e", "base", 10, 1, 0, Duration.ofMinutes(5), "n1")
            .pool("n2", 500, 0)
            .pin("a")
            .job("running", "b", false, Map.of())
            .instance("shop", "c", "n1")
            .buildPod("builder", "base", null, "Pending");
    cluster.job("done", "d", true, Map.of());
    cluster.instance("next", new DbInstanceSpec.From(null, null, new NameRef("done")));
    assertThat(decide(cluster, SMALL)).containsExactly("c@n2 PoolAboveWatermark");
  }

  @Test
  void a_job_that_is_done_holds_nothing_unless_it_is_pinned() {
    Cluster cluster = new Cluster().pool("n1", 95, 500).state("a", null, 30, 1, 0, "n1");
    cluster.job("done", "a", true, Map.of());
    assertThat(decide(cluster, SMALL)).hasSize(1);
    cluster.job("kept", "a", true, Map.of("taidon.io/pin", "for the demo"));
    assertThat(decide(cluster, SMALL)).isEmpty();
  }

  @Test
  void pools_that_chain_keep_parents() {
    Cluster cluster =
        new Cluster()
            .chainedPool("n1", 95, 500)
            .state("a", null, 30, 1, 0, "n1")
            .state("b", "a", 30, 90_000, 9, "n1");
    assertThat(decide(cluster, SMALL)).containsExactly("b@n1 PoolAboveWatermark");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothing_held_ever_goes_and_the_order_is_the_same_whatever_the_lists_order(long seed) {
    Random random = new Random(seed);
    List<Runnable> parts = new ArrayList<>();
    Cluster[] target = {new Cluster()};
    for (int i = 0; i < 40; i++) {
      String name = "s" + i;
      String parent = i == 0 || random.nextBoolean() ? null : "s" + random.nextInt(i);
      long mib = random.nextInt(20);
      long millis = random.nextInt(5000);
      long uses = random.nextInt(4);
      Duration age = Duration.ofMinutes(random.nextInt(300));
      parts.add(() -> target[0].state(TEAM, name, parent, mib, millis, uses, age, "n1"));
      switch (random.nextInt(6)) {
        case 0 -> parts.add(() -> target[0].instance("i" + name, name, "n1"));
        case 1 -> parts.add(() -> target[0].job("j" + name, name, false, Map.of()));
        case 2 -> parts.add(() -> target[0].buildPod("p" + name, name, "n1", "Running"));
        default -> {}
      }
    }
    parts.add(() -> target[0].pool("n1", 300, 20));
    parts.forEach(Runnable::run);
    List<Decision> first = decide(target[0], List.of(), List.of(), SMALL);
    Holds holds = Holds.of(target[0].view(), List.of(), Duration.ofMinutes(10));
    assertThat(first).isNotEmpty().allMatch(decision -> holds.of(decision.copy()).isEmpty());
    target[0] = new Cluster();
    Collections.shuffle(parts, random);
    parts.forEach(Runnable::run);
    assertThat(decide(target[0], List.of(), List.of(), SMALL)).isEqualTo(first);
  }

  @Test
  void reasons_are_told_apart() {
    for (KeptReason reason : KeptReason.values()) {
      assertThat(KeptConditions.reason(reason.value())).isEqualTo(reason);
    }
  }
}
