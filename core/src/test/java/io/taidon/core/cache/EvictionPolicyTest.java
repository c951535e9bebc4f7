package io.taidon.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.state.StateId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EvictionPolicyTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final long MIB = 1024 * 1024;

  static Stream<Arguments> policiesAndSeeds() {
    return Stream.of(EvictionPolicy.values())
        .flatMap(policy -> IntStream.range(0, 200).mapToObj(seed -> Arguments.of(policy, seed)));
  }

  @ParameterizedTest
  @MethodSource("policiesAndSeeds")
  void nothing_held_is_ever_chosen_and_enough_goes_if_there_is_enough(
      EvictionPolicy policy, int seed) {
    CacheInventory inventory = randomInventory(seed);
    Map<StateId, CachedState> states = new HashMap<>();
    inventory.states().forEach(state -> states.put(state.id(), state));
    long evictable =
        inventory.states().stream()
            .filter(CachedState::evictable)
            .mapToLong(CachedState::bytes)
            .sum();
    long wanted = Math.abs(new Random(seed).nextLong()) % (inventory.bytes() + 1);

    List<Eviction> evictions = policy.select(inventory, wanted, EvictionReason.REQUESTED);

    assertThat(evictions).extracting(Eviction::id).doesNotHaveDuplicates();
    assertThat(evictions).allMatch(eviction -> states.get(eviction.id()).evictable());
    long freed = evictions.stream().mapToLong(Eviction::bytes).sum();
    assertThat(freed).isGreaterThanOrEqualTo(Math.min(wanted, evictable));
    if (!evictions.isEmpty()) {
      assertThat(freed - evictions.getLast().bytes()).as("no more than needed").isLessThan(wanted);
    }
  }

  @ParameterizedTest
  @MethodSource("policiesAndSeeds")
  void the_order_does_not_depend_on_the_order_of_the_input(EvictionPolicy policy, int seed) {
    CacheInventory inventory = randomInventory(seed);
    List<CachedState> states = new ArrayList<>(inventory.states());
    List<LostState> lost = new ArrayList<>(inventory.lost());
    Collections.shuffle(states, new Random(seed + 1));
    Collections.shuffle(lost, new Random(seed + 2));

    assertThat(
            policy.select(
                new CacheInventory(NOW, states, lost), Long.MAX_VALUE, EvictionReason.REQUESTED))
        .isEqualTo(policy.select(inventory, Long.MAX_VALUE, EvictionReason.REQUESTED));
  }

  @Test
  void what_a_state_shared_stays_charged_to_one_of_those_that_share_it() {
    CachedState base = state(1, Optional.empty(), 9_000_000, MIB);
    CachedState one = state(3, Optional.of(id(2)), 100, MIB);
    CachedState other = state(4, Optional.of(id(2)), 100_000, MIB);
    LostState between = new LostState(id(2), Optional.of(base.id()), 10);

    List<Eviction> gone =
        EvictionPolicy.COST_AWARE.select(
            new CacheInventory(NOW, List.of(base, one, other), List.of(between)),
            Long.MAX_VALUE,
            EvictionReason.REQUESTED);

    assertThat(gone).extracting(Eviction::id).containsExactly(one.id(), other.id(), base.id());
    assertThat(gone)
        .extracting(Eviction::heir)
        .as("what came from the lost one, then only what the base has, then nobody")
        .containsExactly(Optional.of(other.id()), Optional.empty(), Optional.empty());
  }

  @Test
  void what_came_from_an_ancestor_that_was_made_again_stays_charged_to_those_that_share_it() {
    CachedState again = used(state(1, Optional.empty(), 9_000_000, MIB), Duration.ofSeconds(60), 0);
    CachedState one = used(state(3, Optional.of(again.id()), 100, MIB), Duration.ofSeconds(90), 0);
    CachedState other =
        used(state(4, Optional.of(again.id()), 100_000, MIB), Duration.ofSeconds(80), 0);
    CachedState later =
        used(state(2, Optional.of(again.id()), 200_000, MIB), Duration.ofSeconds(50), 0);

    List<Eviction> gone =
        EvictionPolicy.COST_AWARE.select(
            new CacheInventory(NOW, List.of(again, one, other, later), List.of()),
            Long.MAX_VALUE,
            EvictionReason.REQUESTED);

    assertThat(gone)
        .extracting(Eviction::id)
        .containsExactly(one.id(), other.id(), later.id(), again.id());
    assertThat(gone)
        .extracting(Eviction::heir)
        .as("the other one of before; nobody; nobody but the ancestor of now; nobody")
        .containsExactly(
            Optional.of(other.id()), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void what_is_quick_to_make_again_goes_before_what_is_slow() {
    CachedState quick = state(1, Optional.empty(), 100, MIB);
    CachedState slow = state(2, Optional.empty(), 100_000, MIB);
    assertThat(order(slow, quick)).containsExactly(quick.id(), slow.id());
  }

  @Test
  void what_frees_more_goes_before_what_frees_less() {
    CachedState small = state(1, Optional.empty(), 1000, MIB);
    CachedState large = state(2, Optional.empty(), 1000, 100 * MIB);
    assertThat(order(small, large)).containsExactly(large.id(), small.id());
  }

  @Test
  void each_eviction_makes_what_is_below_dearer_so_a_chain_is_thinned_out() {
    CachedState first = state(1, Optional.empty(), 1000, MIB);
    CachedState second = state(2, Optional.of(first.id()), 900, MIB);
    CachedState third = state(3, Optional.of(second.id()), 1100, MIB);
    CachedState other = state(4, Optional.empty(), 1500, MIB);
    assertThat(order(first, second, third, other))
        .as("the second goes first; the third then costs 2000 and outlives the others")
        .containsExactly(second.id(), first.id(), other.id(), third.id());
  }

  @Test
  void steps_that_were_lost_count_for_what_is_above_and_below_them() {
    CachedState below = state(3, Optional.of(id(2)), 100, MIB);
    CachedState other = state(4, Optional.empty(), 5_000, MIB);
    LostState lost = new LostState(id(2), Optional.empty(), 10_000);
    List<Eviction> evictions =
        EvictionPolicy.COST_AWARE.select(
            new CacheInventory(NOW, List.of(below, other), List.of(lost)),
            Long.MAX_VALUE,
            EvictionReason.REQUESTED);
    assertThat(evictions).extracting(Eviction::id).containsExactly(other.id(), below.id());
    assertThat(evictions.getLast().rebuildMillis()).isEqualTo(10_100);
  }

  @Test
  void what_nobody_used_for_the_retention_time_is_expired() {
    CachedState old = used(state(1, Optional.empty(), 1, MIB), Duration.ofDays(31), 0);
    CachedState recent = used(state(2, Optional.empty(), 1, MIB), Duration.ofDays(29), 0);
    CachedState pinned =
        new CachedState(
            id(3),
            Optional.empty(),
            old.createdAt(),
            old.lastUsedAt(),
            0,
            1,
            MIB,
            Set.of(Hold.PIN),
            List.of());
    assertThat(
            EvictionPolicy.expired(
                new CacheInventory(NOW, List.of(recent, pinned, old), List.of()),
                Duration.ofDays(30)))
        .extracting(Eviction::id)
        .containsExactly(old.id());
  }

  private static List<StateId> order(CachedState... states) {
    return EvictionPolicy.COST_AWARE
        .select(
            new CacheInventory(NOW, List.of(states), List.of()),
            Long.MAX_VALUE,
            EvictionReason.REQUESTED)
        .stream()
        .map(Eviction::id)
        .toList();
  }

  private static CachedState state(
      int number, Optional<StateId> parent, long buildMillis, long bytes) {
    Instant then = NOW.minus(Duration.ofHours(1));
    return new CachedState(
        id(number), parent, then, then, 0, buildMillis, bytes, Set.of(), List.of());
  }

  private static CachedState used(CachedState state, Duration ago, long uses) {
    Instant then = NOW.minus(ago);
    return new CachedState(
        state.id(),
        state.parent(),
        then,
        then,
        uses,
        state.buildMillis(),
        state.bytes(),
        state.holds(),
        List.of());
  }

  private static StateId id(int number) {
    return new StateId(String.format("%064x", number));
  }

  private static CacheInventory randomInventory(int seed) {
    Random random = new Random(seed);
    int count = random.nextInt(60);
    List<CachedState> states = new ArrayList<>();
    List<LostState> lost = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Optional<StateId> parent =
          random.nextInt(4) == 0 ? Optional.empty() : Optional.of(id(random.nextInt(i)));
      if (random.nextInt(5) == 0) {
        lost.add(new LostState(id(i), parent, random.nextInt(1000)));
        continue;
      }
      EnumSet<Hold> holds = EnumSet.noneOf(Hold.class);
      if (random.nextInt(3) == 0) {
        holds.add(Hold.values()[random.nextInt(Hold.values().length)]);
      }
      Instant created = NOW.minusSeconds(random.nextInt(100_000));
      states.add(
          new CachedState(
              id(i),
              parent,
              created,
              created.plusSeconds(random.nextInt(1000)),
              random.nextInt(3),
              random.nextInt(10) * 100L,
              random.nextInt(5) * MIB,
              holds,
              List.of()));
    }
    return new CacheInventory(NOW, states, lost);
  }
}
