package io.taidon.node.pool;

import io.taidon.engine.snapshot.tree.TreeExtents;
import io.taidon.engine.snapshot.tree.TreeExtents.Extents;
import io.taidon.node.name.Namespace;
import io.taidon.node.pool.Pool.StateCopy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the states of a pool take, shared bytes counted once. Each copy is looked at once, because
 * states are immutable; after that only sums are made. Thread-safe.
 */
public final class PoolUsage {
  private final Pool pool;
  private final Map<StateCopy, Extents> known = new HashMap<>();
  private @Nullable Measured last;

  public PoolUsage(Pool pool) {
    this.pool = pool;
  }

  /**
   * What the copies take, in bytes.
   *
   * @param total what all of them take
   * @param byNamespace what those of each namespace take
   * @param copies each by itself
   */
  public record Measured(
      long total, Map<Namespace, Long> byNamespace, Map<StateCopy, CopyBytes> copies) {}

  /**
   * Bytes of one copy.
   *
   * @param exclusive what no other state shares
   */
  public record CopyBytes(long logical, long exclusive) {}

  /** Adds up the copies that are there now. */
  public synchronized Measured measure() {
    List<StateCopy> copies = pool.stateCopies();
    if (last != null && last.copies().keySet().equals(Set.copyOf(copies))) {
      return last;
    }
    known.keySet().retainAll(new HashSet<>(copies));
    List<SharedSpace.Taker<StateCopy, Namespace>> takers =
        copies.stream()
            .map(copy -> {
              Extents extents = known.computeIfAbsent(copy, this::look);
              return new SharedSpace.Taker<>(
                  copy, copy.namespace(), extents.unmappedBytes(), extents.ranges());
            })
            .toList();
    SharedSpace.Sums<StateCopy, Namespace> sums = SharedSpace.of(takers);
    Map<StateCopy, CopyBytes> each = new HashMap<>();
    sums.exclusive()
        .forEach((copy, bytes) ->
            each.put(
                copy,
                new CopyBytes(Objects.requireNonNull(known.get(copy)).logicalBytes(), bytes)));
    last = new Measured(sums.total(), sums.byGroup(), Map.copyOf(each));
    return last;
  }

  /** Forgets a copy that is gone: one that is made later lies elsewhere. */
  public synchronized void forget(StateCopy copy) {
    known.remove(copy);
    last = null;
  }

  private Extents look(StateCopy copy) {
    return TreeExtents.of(pool.state(copy.namespace(), copy.id()));
  }
}
