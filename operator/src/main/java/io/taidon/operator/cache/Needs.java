package io.taidon.operator.cache;

import io.taidon.core.cache.CacheLimits;
import io.taidon.core.cache.CacheLimits.Pressure;
import io.taidon.core.cache.CacheUsage;
import io.taidon.core.cache.EvictionReason;
import io.taidon.operator.pool.Pool;
import java.util.List;
import java.util.Optional;

/** How much room is missing in a pool or for a namespace, and why. Pure. */
final class Needs {
  private static final long NO_LIMIT = Long.MAX_VALUE / 4;

  private final Limits limits;

  Needs(Limits limits) {
    this.limits = limits;
  }

  /** What builds and instances take or want to take besides what is there. */
  record Claimed(long ofStates, long ofAll) {
    static final Claimed NOTHING = new Claimed(0, 0);

    static Claimed of(List<Grant> grants) {
      return new Claimed(
          grants.stream().filter(Grant::makesStates).mapToLong(Grant::bytes).sum(),
          grants.stream().mapToLong(Grant::bytes).sum());
    }

    Claimed plus(Claimed more) {
      return new Claimed(ofStates + more.ofStates, ofAll + more.ofAll);
    }
  }

  /** Pressure of what is there now: a watermark was passed, or the reserve is touched. */
  Optional<Pressure> pressure(Pool pool) {
    return limits
        .of(pool)
        .pressure(new CacheUsage(pool.usedBytes(), pool.freeBytes(), pool.totalBytes()));
  }

  /** The same for the states of a namespace. */
  Optional<Pressure> pressure(String namespace, long usedBytes) {
    return limits
        .ofNamespace(namespace)
        .flatMap(limit -> limit.pressure(new CacheUsage(usedBytes, NO_LIMIT, NO_LIMIT)))
        .map(p -> new Pressure(EvictionReason.WORKSPACE_ABOVE_LIMIT, p.bytes()));
  }

  /** What a pool lacks for these claims; empty where they fit. */
  Optional<Pressure> missing(Pool pool, Claimed claimed) {
    CacheLimits limit = limits.of(pool);
    long belowReserve = limit.reserveBytes() + claimed.ofAll() - pool.freeBytes();
    long aboveLimit =
        claimed.ofStates() == 0
            ? 0
            : limit.maxBytes().map(max -> pool.usedBytes() + claimed.ofStates() - max).orElse(0L);
    if (belowReserve <= 0 && aboveLimit <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        belowReserve >= aboveLimit
            ? new Pressure(EvictionReason.FREE_BELOW_RESERVE, belowReserve)
            : new Pressure(EvictionReason.USAGE_ABOVE_HIGH_WATERMARK, aboveLimit));
  }

  /** What a namespace lacks for these claims; empty where they fit. */
  Optional<Pressure> missing(String namespace, long usedBytes, Claimed claimed) {
    return limits
        .ofNamespace(namespace)
        .flatMap(CacheLimits::maxBytes)
        .map(max -> usedBytes + claimed.ofStates() - max)
        .filter(bytes -> bytes > 0 && claimed.ofStates() > 0)
        .map(bytes -> new Pressure(EvictionReason.WORKSPACE_ABOVE_LIMIT, bytes));
  }

  static long used(List<Pool> pools, String namespace) {
    return pools.stream()
        .mapToLong(pool -> pool.usedByNamespace().getOrDefault(namespace, 0L))
        .sum();
  }
}
