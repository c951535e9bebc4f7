package io.taidon.node.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.node.pool.SharedSpace.Sums;
import io.taidon.node.pool.SharedSpace.Taker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedSpaceTest {
  @Test
  void shared_bytes_count_once_and_belong_to_nobody_alone() {
    Sums<String, String> sums =
        SharedSpace.of(
            List.of(
                new Taker<>("a", "one", 5, new long[] {0, 10, 20, 30}),
                new Taker<>("b", "one", 0, new long[] {5, 10, 30, 40}),
                new Taker<>("c", "two", 0, new long[] {8, 9})));
    assertThat(sums.total()).isEqualTo(5 + 10 + 10 + 10);
    assertThat(sums.byGroup()).isEqualTo(Map.of("one", 35L, "two", 1L));
    assertThat(sums.exclusive()).isEqualTo(Map.of("a", 5L + 5 + 10, "b", 10L, "c", 0L));
  }

  @Test
  void nothing_takes_nothing() {
    assertThat(SharedSpace.of(List.<Taker<String, String>>of()).total()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void it_counts_what_counting_byte_by_byte_counts(long seed) {
    Random random = new Random(seed);
    List<Taker<Integer, Integer>> takers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long[] edges = random.longs(16, 0, 400).distinct().sorted().toArray();
      takers.add(
          new Taker<>(i, i % 3, random.nextInt(9), Arrays.copyOf(edges, edges.length / 2 * 2)));
    }
    assertThat(SharedSpace.of(takers)).isEqualTo(naive(takers));
  }

  private static Sums<Integer, Integer> naive(List<Taker<Integer, Integer>> takers) {
    long total = 0;
    Map<Integer, Long> byGroup = new HashMap<>();
    Map<Integer, Long> exclusive = new HashMap<>();
    for (Taker<Integer, Integer> taker : takers) {
      total += taker.unmapped();
      byGroup.merge(taker.group(), taker.unmapped(), Long::sum);
      exclusive.put(taker.key(), taker.unmapped());
    }
    for (long at = 0; at < 400; at++) {
      long here = at;
      List<Taker<Integer, Integer>> having = takers.stream().filter(t -> has(t, here)).toList();
      total += having.isEmpty() ? 0 : 1;
      having.stream().map(Taker::group).distinct().forEach(g -> byGroup.merge(g, 1L, Long::sum));
      if (having.size() == 1) {
        exclusive.merge(having.getFirst().key(), 1L, Long::sum);
      }
    }
    return new Sums<>(total, byGroup, exclusive);
  }

  private static boolean has(Taker<Integer, Integer> taker, long at) {
    for (int i = 0; i < taker.ranges().length; i += 2) {
      if (taker.ranges()[i] <= at && at < taker.ranges()[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
