package io.taidon.core.cache;

import java.util.Optional;

/**
 * How large the cache may become. Bytes everywhere.
 *
 * @param maxBytes what all states together may take; empty where only the file system limits
 * @param reserveBytes what stays free on the file system, whoever fills it
 * @param highWatermark the share of the limit above which states go, between 0 and 1
 * @param lowWatermark the share of the limit down to which they go, at most the high one
 */
public record CacheLimits(
    Optional<Long> maxBytes, long reserveBytes, double highWatermark, double lowWatermark) {
  public CacheLimits {
    if (reserveBytes < 0 || maxBytes.filter(bytes -> bytes <= 0).isPresent()) {
      throw new IllegalArgumentException("limits are not negative");
    }
    if (!(0 < lowWatermark && lowWatermark <= highWatermark && highWatermark <= 1)) {
      throw new IllegalArgumentException("0 < low watermark <= high watermark <= 1");
    }
  }

  /**
   * What stays free where nothing else is said: a tenth of the file system, but at most 10 GiB, so
   * that a small disk is usable and a large one is not wasted.
   */
  public static long defaultReserve(long totalBytes) {
    return Math.min(totalBytes / 10, 10L * 1024 * 1024 * 1024);
  }

  /** What the states may take in this place: the limit, or what the file system leaves to them. */
  public long effectiveMaxBytes(CacheUsage usage) {
    long room = Math.max(0, usage.usedBytes() + usage.freeBytes() - reserveBytes);
    return maxBytes.map(bytes -> Math.min(bytes, room)).orElse(room);
  }

  /** Whether states must go, why, and how many bytes. */
  public Optional<Pressure> pressure(CacheUsage usage) {
    long effective = effectiveMaxBytes(usage);
    long tooMuch = usage.usedBytes() - (long) (lowWatermark * effective);
    if (usage.freeBytes() < reserveBytes) {
      long missing = reserveBytes - usage.freeBytes();
      return Optional.of(
          new Pressure(
              EvictionReason.FREE_BELOW_RESERVE,
              Math.max(missing, Math.min(tooMuch, usage.usedBytes()))));
    }
    if (usage.usedBytes() > highWatermark * effective) {
      return Optional.of(new Pressure(EvictionReason.USAGE_ABOVE_HIGH_WATERMARK, tooMuch));
    }
    return Optional.empty();
  }

  /** How much must go, and why. */
  public record Pressure(EvictionReason reason, long bytes) {}
}
