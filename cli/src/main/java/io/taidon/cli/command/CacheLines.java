package io.taidon.cli.command;

import io.taidon.cli.client.Json;
import java.util.List;

/** The lines about the cache in {@code sqlrs status}. */
final class CacheLines {
  private static final List<String> HOLDS =
      List.of("instance", "job", "name", "pin", "dependants", "shared", "young");

  private CacheLines() {}

  /**
   * @param engine the engine at a glance
   * @param cache the whole of the cache, where that was asked for
   */
  static void print(Session session, Json engine, Json cache) {
    if (!cache.isPresent()) {
      StatusCommand.size(session, "cache.usageBytes", engine, "states_bytes");
      StatusCommand.line(session, "cache.stateCount", engine.string("state_count"));
      return;
    }
    StatusCommand.size(session, "cache.usageBytes", cache, "usage_bytes");
    StatusCommand.size(session, "cache.effectiveMaxBytes", cache, "effective_max_bytes");
    StatusCommand.size(session, "cache.storeFreeBytes", cache, "store_free_bytes");
    StatusCommand.line(session, "cache.stateCount", cache.string("state_count"));
    StatusCommand.line(session, "cache.pressureReasons", words(cache.get("pressure_reasons")));
    StatusCommand.size(session, "cache.reserveBytes", cache, "reserve_bytes");
    StatusCommand.line(session, "cache.highWatermark", cache.string("high_watermark"));
    StatusCommand.line(session, "cache.lowWatermark", cache.string("low_watermark"));
    StatusCommand.line(session, "cache.minStateAge", cache.string("min_state_age"));
    StatusCommand.line(session, "cache.stateTtl", cache.string("state_ttl"));
    StatusCommand.line(session, "cache.policy", cache.string("policy"));
    StatusCommand.size(session, "cache.storeTotalBytes", cache, "store_total_bytes");
    StatusCommand.size(session, "cache.reclaimableBytes", cache, "reclaimable_bytes");
    StatusCommand.line(session, "cache.blockedCount", cache.string("blocked_count"));
    for (String hold : HOLDS) {
      StatusCommand.line(
          session, "cache.blocked." + hold, cache.get("blocked_by_reason").string(hold));
    }
    for (Json share : cache.get("workspaces").items()) {
      StatusCommand.size(
          session, "cache.workspace " + share.string("workspace"), share, "charged_bytes");
    }
    StatusCommand.line(session, "cache.hits", cache.string("hits"));
    lastEviction(session, cache.get("last_eviction"));
  }

  private static void lastEviction(Session session, Json run) {
    if (!run.isPresent()) {
      return;
    }
    StatusCommand.line(session, "cache.lastEviction.completedAt", run.string("completed_at"));
    StatusCommand.line(session, "cache.lastEviction.trigger", run.string("trigger"));
    StatusCommand.line(session, "cache.lastEviction.reason", run.string("reason"));
    StatusCommand.line(session, "cache.lastEviction.evictedCount", run.string("evicted_count"));
    StatusCommand.size(session, "cache.lastEviction.freedBytes", run, "freed_bytes");
    StatusCommand.size(session, "cache.lastEviction.usageBytesBefore", run, "usage_bytes_before");
    StatusCommand.size(session, "cache.lastEviction.usageBytesAfter", run, "usage_bytes_after");
  }

  private static String words(Json array) {
    return String.join(", ", array.items().stream().flatMap(word -> word.text().stream()).toList());
  }
}
