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

  /** What a pool must have free for a new build or instance beyond its reserve, in bytes. */
  @WithDefault("268435456")
  long poolReserve();

  Cache cache();

  /** Where clients connect. */
  interface Gateway {
    /** The host in the DSNs. */
    @WithDefault("taidon-gateway.taidon-system.svc")
    String host();

    @WithDefault("5432")
    int port();
  }

  /** How large the states may become, and which of them go. Bytes. */
  interface Cache {
    /** In what order states go under pressure: {@code cost} or {@code lru}. */
    @WithDefault("cost")
    String policy();

    /** What the states of a pool may take; without it, or zero, only the file system limits. */
    Optional<Long> maxBytes();

    /** What stays free in a pool; without it a tenth of the file system, at most 10 GiB. */
    Optional<Long> reserve();

    /** The share of a limit above which states go. */
    @WithDefault("0.9")
    double highWatermark();

    /** The share of a limit down to which they go. */
    @WithDefault("0.8")
    double lowWatermark();

    /** How old a copy must be to go. */
    @WithDefault("10m")
    Duration minStateAge();

    /** After how long without use a state goes whatever room there is; zero: never. */
    @WithDefault("0s")
    Duration retention();

    /** What the states of a namespace may take in all pools together; without it, or zero: any. */
    Optional<Long> namespaceMaxBytes();

    /** The same for single namespaces. */
    Map<String, Long> namespaces();

    /** Other limits for the pools of a class. */
    Map<String, PoolLimits> pools();

    /** How long an evicted state is remembered: why it went, and what it took to make. */
    @WithDefault("168h")
    Duration remember();

    /** How many evicted states of a namespace are remembered. */
    @WithDefault("500")
    int rememberStates();

    /** Limits of a class of pools. */
    interface PoolLimits {
      Optional<Long> maxBytes();

      Optional<Long> reserve();
    }
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
