package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.LastEviction;
import io.taidon.e2e.cluster.NamespaceUsage;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.source.Jobs;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Different jobs make more states than their namespace may keep: every one succeeds, and no report
 * of a pool is above the limit. Wants an installation that limits namespaces, as {@code
 * scripts/e2e-up} does.
 */
@OnCluster
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CachePressureE2E {
  private static final int JOBS = 50;
  private static final int AT_ONCE = 4;

  /** Some 16 MB each, half of it write-ahead log. */
  private static final String ROWS =
      "CREATE TABLE t%1$d AS SELECT i, repeat(md5(i::text || '%1$d'), 30) AS text"
          + " FROM generate_series(1, 8000) i";

  @Test
  void fiftyJobsPassUnderTheLimitOfTheirNamespace(Suite suite, TestNamespace in) {
    long limit =
        suite.taidon().setting("taidon.cache.namespace-max-bytes").map(Long::parseLong).orElse(0L);
    assumeTrue(
        limit > 0, "the installation limits no namespace (operator.cache.namespaceMaxBytes)");
    try (NamespaceUsage usage = NamespaceUsage.of(suite.taidon(), in)) {
      for (int job = 0; job < JOBS; job++) {
        in.create(Jobs.named("job-" + job).psql("-c", ROWS.formatted(job)).write());
        if (job >= AT_ONCE) {
          Outcomes.awaitEnd(in, "job-" + (job - AT_ONCE), JobReason.BUILT);
        }
      }
      for (int job = JOBS - AT_ONCE; job < JOBS; job++) {
        Outcomes.awaitEnd(in, "job-" + job, JobReason.BUILT);
      }

      assertThat(usage.reports()).as("reports of pools").isGreaterThan(JOBS);
      assertThat(usage.most()).as("the most bytes at any time").isLessThanOrEqualTo(limit);
      List<LastEviction> evictions =
          in.states().stream().map(CachePressureE2E::eviction).flatMap(Optional::stream).toList();
      assertThat(evictions).as("states that went").isNotEmpty();
      assertThat(evictions)
          .extracting(LastEviction::reason)
          .containsOnly(KeptReason.NAMESPACE_ABOVE_LIMIT.value());
    }
  }

  private static Optional<LastEviction> eviction(StateSnapshot state) {
    return Optional.ofNullable(state.getStatus()).map(status -> status.lastEviction());
  }
}
