package io.taidon.node.upkeep;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.node.pool.Pool;
import io.taidon.node.pool.PoolUsage.Measured;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** What a node says of a pool, in the ConfigMap of its report. Bytes. */
final class PoolReports {
  private final String node;
  private final Clock clock;

  PoolReports(String node, Clock clock) {
    this.node = node;
    this.clock = clock;
  }

  Map<String, String> of(Pool pool) throws IOException {
    Measured measured = pool.usage().measure();
    Pool.Space space = pool.space();
    Map<String, String> facts = new TreeMap<>();
    facts.put("node", node);
    facts.put("class", pool.stateClass());
    facts.put("backend", pool.backend().kind().wireName());
    facts.put("totalBytes", Long.toString(space.totalBytes()));
    facts.put("freeBytes", Long.toString(space.freeBytes()));
    facts.put("usedBytes", Long.toString(measured.total()));
    facts.put("needsParents", Boolean.toString(needsParents(pool.backend().kind())));
    facts.put("states", Integer.toString(measured.copies().size()));
    measured
        .byNamespace()
        .forEach(
            (namespace, bytes) -> facts.put("usedBytes." + namespace.text(), Long.toString(bytes)));
    facts.put("reportTime", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    return facts;
  }

  /** Whether a state cannot go before those that were made from it. */
  private static boolean needsParents(BackendKind kind) {
    return switch (kind) {
      case ZFS, OVERLAY -> true;
      case BTRFS, REFLINK, COPY -> false;
    };
  }
}
