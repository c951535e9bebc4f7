package io.taidon.operator.cache;

import static io.taidon.operator.cache.Cluster.NOW;
import static io.taidon.operator.cache.Cluster.TEAM;
import static io.taidon.operator.cache.Cluster.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.operator.Settings;
import io.taidon.operator.state.Snapshots;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code kubectl describe state} says. */
class KeptConditionsTest {
  private static final String READY = NOW.minus(Duration.ofHours(1)).toString();

  private static Optional<Condition> kept(Cluster cluster, String state) {
    Holds holds = Holds.of(cluster.view(), List.of(), Duration.ofMinutes(10));
    var snapshot = cluster.snapshot(state);
    return KeptConditions.of(snapshot, holds, Snapshots.evictions(snapshot), NOW);
  }

  private static Eviction eviction(String node) {
    return new Eviction(
        node, READY, "PoolAboveWatermark", NOW.toString(), 8_388_608L, 12_000L, 100L);
  }

  @Test
  void all_holders_are_named_and_the_strongest_gives_the_reason() {
    Cluster cluster =
        new Cluster()
            .state("a", null, 5, 1, 0, "n1")
            .pin("a")
            .instance("shop", "a", "n1")
            .job("tests", "a", false, Map.of());
    assertThat(kept(cluster, "a"))
        .hasValueSatisfying(condition -> {
          assertThat(condition.getStatus()).isEqualTo("True");
          assertThat(condition.getReason()).isEqualTo("HeldByInstance");
          assertThat(condition.getMessage())
              .endsWith(
                  "Held by DbInstance `shop`, PrepareJob `tests`, its annotation"
                      + " `taidon.io/pin`.");
        });
  }

  @Test
  void what_may_go_says_what_it_is_worth() {
    Cluster cluster = new Cluster().state("a", null, 5, 1500, 3, "n1");
    assertThat(kept(cluster, "a"))
        .hasValueSatisfying(condition -> {
          assertThat(condition.getReason()).isEqualTo("Evictable");
          assertThat(condition.getMessage())
              .endsWith("Used 3 times; its step took 1500 ms; deleting it frees 5 MiB.");
        });
  }

  @Test
  void the_last_copy_that_goes_says_why_and_it_is_said_on_when_it_is_gone() {
    Cluster cluster = new Cluster().state("a", null, 5, 1, 0, "n1");
    cluster.say("a", List.of(), List.of(eviction("n1")));
    Condition going = kept(cluster, "a").orElseThrow();
    assertThat(going.getStatus()).isEqualTo("False");
    assertThat(going.getReason()).isEqualTo("PoolAboveWatermark");
    assertThat(going.getMessage()).contains("12 s on top of what is kept").contains("8 MiB");

    Cluster gone = new Cluster().state("a", null, 5, 1, 0);
    gone.say("a", List.of(going), List.of());
    assertThat(kept(gone, "a")).contains(going);
    assertThat(Snapshots.isAvailable(gone.snapshot("a"))).isFalse();
  }

  @Test
  void another_copy_keeps_it() {
    Cluster cluster = new Cluster().state("a", null, 5, 1, 0, "n1", "n2");
    cluster.say("a", List.of(), List.of(eviction("n1")));
    assertThat(kept(cluster, "a").orElseThrow().getReason()).isEqualTo("Evictable");
    assertThat(Snapshots.nodes(cluster.snapshot("a"))).containsExactly("n2");
    assertThat(Snapshots.holders(cluster.snapshot("a"))).containsExactly("n1", "n2");
  }

  @Test
  void what_nobody_evicted_was_lost_and_what_was_never_there_says_nothing() {
    Cluster cluster = new Cluster().state("a", null, 5, 1, 0).state("b", null, 5, 1, 0);
    cluster.say("a", List.of(condition("Kept", "True", "Evictable", NOW)), List.of());
    assertThat(kept(cluster, "a").orElseThrow().getReason()).isEqualTo("Lost");
    assertThat(kept(cluster, "b")).isEmpty();
  }

  @Test
  void who_blocks_is_named() {
    Cluster cluster =
        new Cluster()
            .pool("n1", 95, 500)
            .state("a", null, 5, 1, 0, "n1")
            .state("b", null, 5, 1, 0, "n1")
            .instance("shop", "a", "n1")
            .instance("crm", "b", "n1");
    Limits limits = new Limits(Settings.of("cache.max-bytes", "104857600", "cache.reserve", "0"));
    Holds holds = Holds.of(cluster.view(), List.of(), Duration.ZERO);
    assertThat(
            Blockers.sentence(
                limits, cluster.view(), holds, cluster.view().pools(), Optional.empty()))
        .isEqualTo(
            "In pool `default` of node n1 states take 95 MiB of at most 100 MiB and 500 MiB are"
                + " free (0 MiB have to stay free), and a build or instance needs 256 MiB."
                + " May not go: 1 for DbInstance `crm`, 1 for DbInstance `shop`.");
    Limits ofTeam = new Limits(Settings.of("cache.namespaces.\"" + TEAM + "\"", "104857600"));
    assertThat(
            Blockers.sentence(
                ofTeam, cluster.view(), holds, cluster.view().pools(), Optional.of(TEAM)))
        .startsWith("The states of namespace team-a take 95 MiB of at most 100 MiB");
  }

  @Test
  void the_log_of_evictions_is_bounded_by_age_and_number() {
    Cluster cluster = new Cluster();
    for (int i = 0; i < 5; i++) {
      cluster.state("s" + i, null, 5, 1, 0);
      cluster.say(
          "s" + i,
          List.of(condition("Kept", "False", "Expired", NOW.minus(Duration.ofDays(i)))),
          List.of());
    }
    Limits limits = new Limits(Settings.of("cache.remember", "60h", "cache.remember-states", "2"));
    assertThat(Remembered.tooMany(cluster.view(), limits))
        .extracting(s -> s.getSpec().id())
        .containsExactlyInAnyOrder(Cluster.id("s2"), Cluster.id("s3"), Cluster.id("s4"));
    Limits more = new Limits(Settings.of("cache.remember", "60h", "cache.remember-states", "9"));
    assertThat(Remembered.tooMany(cluster.view(), more))
        .extracting(s -> s.getSpec().id())
        .containsExactlyInAnyOrder(Cluster.id("s3"), Cluster.id("s4"));
  }
}
