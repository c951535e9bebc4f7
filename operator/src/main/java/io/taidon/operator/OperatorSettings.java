package io.taidon.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the installation decides; {@code TAIDON_...} in the environment. */
@ConfigMapping(prefix = "taidon")
public interface OperatorSettings {
  /** The namespace of the installation, where the pools report. */
  @WithDefault("taidon-system")
  String namespace();

  /** This replica's name in the lease by which one of several leads; its pod's. */
  Optional<String> leaderIdentity();

  /** The major version of PostgreSQL where a job names none. */
  @WithDefault("17")
  int postgres();

  /** The runner's image by major version of PostgreSQL. */
  Map<Integer, String> runnerImage();

  /** When images are pulled. */
  @WithDefault("IfNotPresent")
  String imagePullPolicy();

  /** A Secret with credentials for the registry, in each namespace that has pods of ours. */
  Optional<String> imagePullSecret();

  Gateway gateway();

  Job job();

  Instance instance();

  /** How long a pool's report counts. */
  @WithDefault("5m")
  Duration poolReportAge();

  /** What a pool must have free for a new build or instance, in bytes. */
  @WithDefault("268435456")
  long poolReserve();

  /** Where clients connect. */
  interface Gateway {
    /** The host in the DSNs. */
    @WithDefault("taidon-gateway.taidon-system.svc")
    String host();

    @WithDefault("5432")
    int port();
  }

  /** Defaults of PrepareJobs. */
  interface Job {
    @WithDefault("1h")
    Duration deadline();

    @WithDefault("2")
    int retries();
  }

  /** Defaults and bounds of DbInstances. */
  interface Instance {
    @WithDefault("24h")
    Duration ttl();

    /** The longest time to live; zero is no bound, and then an instance may live for ever. */
    @WithDefault("0")
    Duration maxTtl();

    @WithDefault("15m")
    Duration idleTimeout();
  }
}
