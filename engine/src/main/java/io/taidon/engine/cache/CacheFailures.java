package io.taidon.engine.cache;

import io.taidon.core.cache.CacheInventory;
import io.taidon.core.cache.CacheLimits;
import io.taidon.core.cache.CacheLimits.Pressure;
import io.taidon.core.cache.CacheUsage;
import io.taidon.core.cache.CachedState;
import io.taidon.core.cache.EvictionReason;
import io.taidon.core.cache.Hold;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.store.InstanceFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What users are told when there is no room: how much is there, what is held by what. */
final class CacheFailures {
  /** More would not be read. */
  private static final int MOST_NAMED = 5;

  private CacheFailures() {}

  /** Not even an empty cache could hold it. */
  static TaidonException tooSmall(CacheLimits limits, CacheUsage usage, long required) {
    long max = limits.hardMaxBytes(usage);
    long recommended = (long) (required / limits.lowWatermark()) + 1;
    return TaidonException.of(
            ErrorCode.CACHE_LIMIT_TOO_SMALL,
            "The new state takes " + size(required) + " and the cache may take " + size(max) + ".")
        .with("effective_max_bytes", Long.toString(max))
        .with("observed_required_bytes", Long.toString(required))
        .with("recommended_min_bytes", Long.toString(recommended))
        .remedy(
            "Set a larger limit: sqlrs config set cache.capacity.maxBytes " + recommended + ".");
  }

  /** What could go is held. */
  static TaidonException unreclaimable(
      EngineContext engine,
      CacheLimits limits,
      CacheUsage usage,
      long required,
      Pressure excess,
      CacheInventory inventory) {
    List<CachedState> held =
        inventory.states().stream()
            .filter(state -> !state.evictable())
            .sorted(
                Comparator.comparingLong(CachedState::bytes)
                    .reversed()
                    .thenComparing(state -> state.id().hex()))
            .toList();
    TaidonException failure =
        TaidonException.of(
                ErrorCode.CACHE_FULL_UNRECLAIMABLE, sentence(limits, usage, required, excess, held))
            .with("reason", excess.reason().wireCode())
            .with("usage_bytes", Long.toString(usage.usedBytes()))
            .with("required_bytes", Long.toString(required))
            .with("missing_bytes", Long.toString(excess.bytes()))
            .with("effective_max_bytes", Long.toString(limits.hardMaxBytes(usage)))
            .with("free_bytes", Long.toString(usage.freeBytes()))
            .with("reserve_bytes", Long.toString(limits.floorBytes()))
            .with("reclaimable_bytes", Long.toString(inventory.reclaimableBytes()))
            .with("blocked_count", Integer.toString(held.size()));
    List<String> blockers = new ArrayList<>();
    for (CachedState state : held.subList(0, Math.min(MOST_NAMED, held.size()))) {
      String blocker = blocker(engine, state);
      blockers.add(blocker);
      failure = failure.with("blocked." + blockers.size(), blocker);
    }
    return failure.remedy(remedy(excess, blockers));
  }

  private static String sentence(
      CacheLimits limits,
      CacheUsage usage,
      long required,
      Pressure excess,
      List<CachedState> held) {
    String what =
        excess.reason() == EvictionReason.FREE_BELOW_RESERVE
            ? "The store's file system has "
                + size(Math.max(0, usage.freeBytes()))
                + " left, less than the reserve of "
                + size(limits.floorBytes())
            : "The cache is full: it takes "
                + size(usage.usedBytes())
                + " of "
                + size(limits.hardMaxBytes(usage))
                + " and "
                + size(required)
                + " more are needed";
    return what
        + (held.isEmpty()
            ? ", and there is no state to evict."
            : ", and all " + held.size() + " states that are left are held.");
  }

  /** A state, what deleting it would free, and what holds it, by name. */
  private static String blocker(EngineContext engine, CachedState state) {
    String label =
        engine.registry().states().find(state.id()).map(record -> record.label()).orElse("");
    List<String> why = new ArrayList<>();
    Set<Hold> holds = state.holds();
    for (Hold hold : Hold.values()) {
      if (holds.contains(hold)) {
        why.add(hold.sentence() + (hold == Hold.INSTANCE ? instances(engine, state) : ""));
      }
    }
    return state.id().shortHex()
        + " ("
        + label
        + ") would free "
        + size(state.bytes())
        + ": "
        + String.join(", ", why);
  }

  private static String instances(EngineContext engine, CachedState state) {
    List<String> ids =
        engine.registry().instances().list(InstanceFilter.ofState(state.id())).stream()
            .map(instance ->
                engine.registry().names().ofInstance(instance.id()).stream()
                    .map(name -> name.name().text())
                    .findFirst()
                    .orElse(instance.id().hex().substring(0, 12)))
            .limit(MOST_NAMED)
            .toList();
    return ids.isEmpty() ? "" : " (" + String.join(", ", ids) + ")";
  }

  private static String remedy(Pressure excess, List<String> blockers) {
    String more =
        excess.reason() == EvictionReason.FREE_BELOW_RESERVE
            ? "Make room on the file system, or lower cache.capacity.reserveBytes."
            : "Raise cache.capacity.maxBytes.";
    return blockers.isEmpty()
        ? more
        : "Remove instances with `sqlrs rm`, unpin states with `sqlrs cache unpin`, lower"
            + " cache.capacity.minStateAge, or: "
            + more;
  }

  static String size(long bytes) {
    if (bytes < 1024 * 1024) {
      return bytes / 1024 + " KiB";
    }
    double mib = bytes / (1024.0 * 1024.0);
    return mib < 1024
        ? String.format(Locale.ROOT, "%.0f MiB", mib)
        : String.format(Locale.ROOT, "%.1f GiB", mib / 1024);
  }
}
