package io.taidon.engine.cache;

import io.taidon.core.cache.EvictionReason;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the cache was good for since this engine started. Thread-safe. */
final class CacheMeters {
  /** Why a prepare did not find its state. */
  enum Miss {
    /** Nobody ever built the state, as far as the registry remembers. */
    NEVER_BUILT("never_built"),
    /** It was there and was evicted. */
    EVICTED("evicted"),
    /** It was there and a user removed it, or it was damaged or lost. */
    REMOVED("removed");

    private final String wireCode;

    Miss(String wireCode) {
      this.wireCode = wireCode;
    }
  }

  private final LongAdder hits = new LongAdder();
  private final Map<Miss, LongAdder> misses = new EnumMap<>(Miss.class);
  private final Map<EvictionReason, LongAdder> evictions = new EnumMap<>(EvictionReason.class);

  CacheMeters() {
    for (Miss miss : Miss.values()) {
      misses.put(miss, new LongAdder());
    }
    for (EvictionReason reason : EvictionReason.values()) {
      evictions.put(reason, new LongAdder());
    }
  }

  void hit() {
    hits.increment();
  }

  void missed(Miss why) {
    misses.getOrDefault(why, new LongAdder()).increment();
  }

  void evicted(EvictionReason why) {
    evictions.getOrDefault(why, new LongAdder()).increment();
  }

  long hits() {
    return hits.sum();
  }

  Map<String, Long> misses() {
    Map<String, Long> byReason = new LinkedHashMap<>();
    misses.forEach((miss, count) -> byReason.put(miss.wireCode, count.sum()));
    return byReason;
  }

  Map<String, Long> evictions() {
    Map<String, Long> byReason = new LinkedHashMap<>();
    evictions.forEach((reason, count) -> byReason.put(reason.wireCode(), count.sum()));
    return byReason;
  }
}
