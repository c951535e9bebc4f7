package io.taidon.operator.cache;

import io.taidon.core.cache.CacheLimits;
import io.taidon.operator.pool.Pool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says why there is no room: how full what is, and what is in it that may not go. Pure. */
final class Blockers {
  private static final int NAMED = 5;
  private static final long MEBIBYTE = 1024 * 1024;

  private Blockers() {}

  /**
   * The sentences.
   *
   * @param namespace where its limit is what blocks
   */
  static String sentence(
      Limits limits, ClusterView view, Holds holds, List<Pool> pools, Optional<String> namespace) {
    StringBuilder text = new StringBuilder();
    if (namespace.isPresent()) {
      CacheLimits limit = limits.ofNamespace(namespace.get()).orElseThrow();
      text.append("The states of namespace ").append(namespace.get()).append(" take ");
      text.append(bytes(Needs.used(view.pools(), namespace.get()))).append(" of at most ");
      text.append(bytes(limit.maxBytes().orElse(0L)));
    } else {
      text.append(
          pools.stream()
              .map(pool -> full(limits.of(pool), pool))
              .collect(Collectors.joining("; ")));
    }
    text.append(", and a build or instance needs ").append(bytes(limits.room())).append(". ");
    List<Copy> copies =
        new Census(view, holds)
            .kept().stream()
                .filter(copy ->
                    namespace.isPresent()
                        ? copy.state().namespace().equals(namespace.get())
                        : pools.stream().map(PoolKey::of).anyMatch(copy.pool()::equals))
                .toList();
    return text.append(held(copies, holds)).toString();
  }

  private static String full(CacheLimits limit, Pool pool) {
    return "In "
        + PoolKey.of(pool)
        + " states take "
        + bytes(pool.usedBytes())
        + limit.maxBytes().map(max -> " of at most " + bytes(max)).orElse("")
        + " and "
        + bytes(pool.freeBytes())
        + " are free ("
        + bytes(limit.reserveBytes())
        + " have to stay free)";
  }

  private static String held(List<Copy> copies, Holds holds) {
    Map<String, Integer> byHolder = new HashMap<>();
    int free = 0;
    for (Copy copy : copies) {
      Optional<Held> first =
          holds.of(copy.state()).stream()
              .filter(reason -> reason.concerns(copy.pool().node()))
              .findFirst();
      if (first.isEmpty()) {
        free++;
      } else {
        byHolder.merge(first.get().who(), 1, Integer::sum);
      }
    }
    if (byHolder.isEmpty()) {
      return copies.isEmpty()
          ? "There is no state that could go; other files fill the pool, or its limit is too small."
          : "States are being evicted.";
    }
    List<String> named = new ArrayList<>();
    byHolder.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(NAMED)
        .forEach(entry -> named.add(entry.getValue() + " for " + entry.getKey()));
    int others = byHolder.size() - named.size();
    return "May not go: "
        + String.join(", ", named)
        + (others > 0 ? " and for " + others + " others" : "")
        + (free > 0 ? "; " + free + " others may, and are evicted as far as it helps." : ".");
  }

  static String bytes(long bytes) {
    return bytes % MEBIBYTE != 0 && bytes < 10 * MEBIBYTE
        ? String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MEBIBYTE)
        : bytes < 10240 * MEBIBYTE ? bytes / MEBIBYTE + " MiB" : bytes / (1024 * MEBIBYTE) + " GiB";
  }
}
