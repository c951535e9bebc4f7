package io.taidon.core.cache;

import java.util.Optional;

/**
 * How large the cache may become. Bytes everywhere.
 *
 * <p>There are two lines. Beyond the first one, the high watermark or the reserve, states go in the
 * background. The second one, the limit itself and the floor, is never crossed: what would cross it
 * waits until states are gone, and fails if none can go.
 *
 * @param maxBytes what all states together may take; empty where only the file system limits
 * @param reserveBytes what shall stay free on the file system, whoever fills it
 * @param floorBytes the part of the reserve without which nothing more is built; all of it where
 *     somebody chose the reserve
 * @param highWatermark the share of the limit above which states go, between 0 and 1
 * @param lowWatermark the share of the limit down to which they go, at most the high one
 */
public record CacheLimits(
    Optional<Long> maxBytes,
    long reserveBytes,
    long floorBytes,
    double highWatermark,
    double lowWatermark) {
  private static final long MIB = 1024L * 1024;

  public CacheLimits {
    if (floorBytes < 0
        || reserveBytes < floorBytes
        || maxBytes.filter(bytes -> bytes <= 0).isPresent()) {
      throw new IllegalArgumentException("limits are not negative, the floor is in the reserve");
    }
    if (!(0 < lowWatermark && lowWatermark <= highWatermark && highWatermark <= 1)) {
      throw new IllegalArgumentException("0 < low watermark <= high watermark <= 1");
    }
  }

  /** Limits whose whole reserve is kept. */
  public CacheLimits(
      Optional<Long> maxBytes, long reserveBytes, double highWatermark, double lowWatermark) {
    this(maxBytes, reserveBytes, reserveBytes, highWatermark, lowWatermark);
  }

  /**
   * What shall stay free where nothing else is said: a tenth of the file system, but at most 10
   * GiB, so that a small disk is usable and a large one is not wasted.
   */
  public static long defaultReserve(long totalBytes) {
    return Math.min(totalBytes / 10, 10L * 1024 * MIB);
  }

  /**
   * What must stay free where nothing else is said: a fiftieth of the file system, but at most 256
   * MiB. A disk that others have filled beyond the reserve is no reason to refuse work.
   */
  public static long defaultFloor(long totalBytes) {
    return Math.min(totalBytes / 50, 256 * MIB);
  }

  /** What the states may take in this place: the limit, or what the file system leaves to them. */
  public long effectiveMaxBytes(CacheUsage usage) {
    return limited(usage, reserveBytes);
  }

  /** What the states can never take more than. */
  public long hardMaxBytes(CacheUsage usage) {
    return limited(usage, floorBytes);
  }

  private long limited(CacheUsage usage, long reserve) {
    long room = Math.max(0, usage.usedBytes() + usage.freeBytes() - reserve);
    return maxBytes.map(bytes -> Math.min(bytes, room)).orElse(room);
  }

  /** Whether states should go, why, and how many bytes. */
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

  /**
   * Whether states must go before {@code more} bytes can be kept, why, and at least how many bytes.
   */
  public Optional<Pressure> excess(CacheUsage usage, long more) {
    if (usage.freeBytes() < floorBytes) {
      return Optional.of(
          new Pressure(EvictionReason.FREE_BELOW_RESERVE, floorBytes - usage.freeBytes()));
    }
    return maxBytes
        .map(max -> usage.usedBytes() + more - max)
        .filter(tooMuch -> tooMuch > 0)
        .map(tooMuch -> new Pressure(EvictionReason.USAGE_ABOVE_HIGH_WATERMARK, tooMuch));
  }

  /** How much must go, and why. */
  public record Pressure(EvictionReason reason, long bytes) {}
}
