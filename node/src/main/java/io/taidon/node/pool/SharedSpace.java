package io.taidon.node.pool;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Adds up what things take that share bytes: each byte counts once for all, once for each group,
 * and for one thing alone where no other has it. Pure.
 */
final class SharedSpace {
  private SharedSpace() {}

  /**
   * A thing that takes bytes.
   *
   * @param unmapped bytes that it shares with nobody
   * @param ranges begin and end of each range, ascending and apart, in pairs
   */
  record Taker<K, G>(K key, G group, long unmapped, long[] ranges) {}

  /** The sums. */
  record Sums<K, G>(long total, Map<G, Long> byGroup, Map<K, Long> exclusive) {}

  static <K, G> Sums<K, G> of(List<Taker<K, G>> takers) {
    Sweep<K, G> sweep = new Sweep<>();
    takers.forEach(sweep::add);
    return sweep.run();
  }

  /** Where in a thing's ranges the sweep is; even: the next edge is a begin. */
  private static final class Cursor<K, G> {
    private final Taker<K, G> taker;
    private int at;

    Cursor(Taker<K, G> taker) {
      this.taker = taker;
    }

    long edge() {
      return taker.ranges()[at];
    }

    boolean opens() {
      return at % 2 == 0;
    }
  }

  private static final class Sweep<K, G> {
    private final PriorityQueue<Cursor<K, G>> next =
        new PriorityQueue<>(Comparator.comparingLong(Cursor::edge));
    private final LinkedHashSet<Cursor<K, G>> open = new LinkedHashSet<>();
    private final Map<G, Integer> openByGroup = new HashMap<>();
    private final Map<G, Long> byGroup = new HashMap<>();
    private final Map<K, Long> exclusive = new HashMap<>();
    private long total;

    void add(Taker<K, G> taker) {
      total += taker.unmapped();
      byGroup.merge(taker.group(), taker.unmapped(), Long::sum);
      exclusive.put(taker.key(), taker.unmapped());
      if (taker.ranges().length > 0) {
        next.add(new Cursor<>(taker));
      }
    }

    Sums<K, G> run() {
      long before = 0;
      while (true) {
        Cursor<K, G> cursor = next.poll();
        if (cursor == null) {
          return new Sums<>(total, Map.copyOf(byGroup), Map.copyOf(exclusive));
        }
        count(cursor.edge() - before);
        before = cursor.edge();
        step(cursor);
      }
    }

    private void count(long length) {
      if (open.isEmpty() || length == 0) {
        return;
      }
      total += length;
      openByGroup.keySet().forEach(group -> byGroup.merge(group, length, Long::sum));
      if (open.size() == 1) {
        exclusive.merge(open.getFirst().taker.key(), length, Long::sum);
      }
    }

    private void step(Cursor<K, G> cursor) {
      G group = cursor.taker.group();
      if (cursor.opens()) {
        open.add(cursor);
        openByGroup.merge(group, 1, Integer::sum);
      } else {
        open.remove(cursor);
        openByGroup.computeIfPresent(group, (_, count) -> count == 1 ? null : count - 1);
      }
      cursor.at++;
      if (cursor.at < cursor.taker.ranges().length) {
        next.add(cursor);
      }
    }
  }
}
