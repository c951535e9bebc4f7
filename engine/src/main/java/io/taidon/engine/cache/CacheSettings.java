package io.taidon.engine.cache;

import com.fasterxml.jackson.databind.JsonNode;
import io.taidon.core.cache.CacheLimits;
import io.taidon.core.cache.EvictionPolicy;
import io.taidon.engine.config.ConfigKey;
import io.taidon.engine.config.ConfigStore;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits as they are configured now. A default is a goal, which bends before a job fails; what
 * somebody set is a promise.
 *
 * @param limits what all states may take
 * @param minStateAge how old a state is at least when it goes
 * @param ageBends whether younger ones may go before a job fails
 * @param stateTtl after how long without use a state goes; empty for never
 * @param policy which states go first under pressure
 */
record CacheSettings(
    CacheLimits limits,
    Duration minStateAge,
    boolean ageBends,
    Optional<Duration> stateTtl,
    EvictionPolicy policy,
    long workspaceMaxBytes,
    JsonNode workspaceLimits) {

  /**
   * @param totalBytes the size of the store's file system
   */
  static CacheSettings of(ConfigStore config, long totalBytes) {
    long maxBytes = config.effective(ConfigKey.CACHE_MAX_BYTES).longValue();
    JsonNode reserve = config.effective(ConfigKey.CACHE_RESERVE_BYTES);
    long reserveBytes =
        reserve.isNull() ? CacheLimits.defaultReserve(totalBytes) : reserve.longValue();
    double high = config.effective(ConfigKey.CACHE_HIGH_WATERMARK).doubleValue();
    double low = config.effective(ConfigKey.CACHE_LOW_WATERMARK).doubleValue();
    return new CacheSettings(
        new CacheLimits(
            maxBytes == 0 ? Optional.empty() : Optional.of(maxBytes),
            reserveBytes,
            reserve.isNull() ? CacheLimits.defaultFloor(totalBytes) : reserveBytes,
            high,
            Math.min(low, high)),
        config.time(ConfigKey.CACHE_MIN_STATE_AGE),
        !config.isSet(ConfigKey.CACHE_MIN_STATE_AGE),
        Optional.of(config.time(ConfigKey.CACHE_STATE_TTL)).filter(ttl -> !ttl.isZero()),
        config
            .text(ConfigKey.CACHE_POLICY)
            .flatMap(EvictionPolicy::ofWireName)
            .orElse(EvictionPolicy.COST_AWARE),
        config.effective(ConfigKey.CACHE_WORKSPACE_MAX_BYTES).longValue(),
        config.effective(ConfigKey.CACHE_WORKSPACE_LIMITS));
  }

  /** What the states of one workspace may take; empty for no limit. */
  Optional<Long> workspaceLimit(String workspace) {
    JsonNode own = workspaceLimits.path(workspace);
    return Optional.of(own.isMissingNode() ? workspaceMaxBytes : own.longValue())
        .filter(bytes -> bytes > 0);
  }

  boolean limitsWorkspaces() {
    return workspaceMaxBytes > 0 || !workspaceLimits.isEmpty();
  }
}
