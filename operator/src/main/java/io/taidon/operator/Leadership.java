package io.taidon.operator;

import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;

/**
 * One of several replicas reconciles: the one that holds the lease {@value #LEASE}. Who loses it
 * ends, and its pod is started again. Only in production: a test reconciles alone.
 */
@Singleton
public class Leadership {
  /** The name of the lease, in the namespace of the installation. */
  public static final String LEASE = "taidon-operator";

  /** Long enough for a busy API server: who loses the lease has to start anew. */
  private static final Duration LEASE_DURATION = Duration.ofSeconds(30);

  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(20);

  @Produces
  @Singleton
  @Unremovable
  LeaderElectionConfiguration election(OperatorSettings settings) {
    return new LeaderElectionConfiguration(
        LEASE,
        settings.namespace(),
        LEASE_DURATION,
        RENEW_DEADLINE,
        LeaderElectionConfiguration.RETRY_PERIOD_DEFAULT_VALUE,
        settings.leaderIdentity().orElseGet(() -> UUID.randomUUID().toString()),
        null,
        true);
  }
}
