package io.taidon.operator.cache;

import io.quarkus.runtime.StartupEvent;
import io.taidon.core.cache.CacheLimits;
import io.taidon.core.cache.EvictionPolicy;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.OperatorSettings.Cache.PoolLimits;
import io.taidon.operator.pool.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The limits of the installation, by pool and by namespace. */
@ApplicationScoped
public class Limits {
  private final OperatorSettings settings;
  private final EvictionPolicy policy;

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if they contradict each other; the operator does not start
   */
  public Limits(OperatorSettings settings) {
    this.settings = settings;
    this.policy = policy(settings.cache().policy());
    CacheLimits unused = limits(Optional.empty(), 0);
  }

  private static EvictionPolicy policy(String name) {
    return Arrays.stream(EvictionPolicy.values())
        .filter(policy -> policy.wireName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "taidon.cache.policy is `"
                    + name
                    + "`; write one of "
                    + Arrays.stream(EvictionPolicy.values())
                        .map(EvictionPolicy::wireName)
                        .collect(Collectors.joining(", "))
                    + "."));
  }

  /** Made at the start, so that limits that contradict each other are noticed then. */
  void check(@Observes StartupEvent event) {}

  EvictionPolicy policy() {
    return policy;
  }

  /** What a new build or instance is promised, in bytes. */
  long room() {
    return settings.poolReserve();
  }

  Duration minStateAge() {
    return settings.cache().minStateAge();
  }

  /** How long a state stays that nobody uses; empty: for ever. */
  Optional<Duration> retention() {
    return Optional.of(settings.cache().retention()).filter(time -> !time.isZero());
  }

  /** How long an evicted state is remembered. */
  Duration remember() {
    return settings.cache().remember();
  }

  /** How many evicted states of a namespace are remembered. */
  int rememberStates() {
    return settings.cache().rememberStates();
  }

  /** Of the states in a pool. */
  CacheLimits of(Pool pool) {
    Optional<PoolLimits> own = Optional.ofNullable(settings.cache().pools().get(pool.stateClass()));
    Optional<Long> maxBytes =
        own.flatMap(PoolLimits::maxBytes).or(() -> settings.cache().maxBytes());
    Optional<Long> reserve = own.flatMap(PoolLimits::reserve).or(() -> settings.cache().reserve());
    return limits(maxBytes, reserve.orElseGet(() -> CacheLimits.defaultReserve(pool.totalBytes())));
  }

  /** Of the states of a namespace in all pools together; empty: only the pools limit them. */
  Optional<CacheLimits> ofNamespace(String namespace) {
    return Optional.ofNullable(settings.cache().namespaces().get(namespace))
        .or(() -> settings.cache().namespaceMaxBytes())
        .filter(bytes -> bytes > 0)
        .map(bytes -> limits(Optional.of(bytes), 0));
  }

  private CacheLimits limits(Optional<Long> maxBytes, long reserve) {
    return new CacheLimits(
        maxBytes.filter(bytes -> bytes > 0),
        reserve,
        settings.cache().highWatermark(),
        settings.cache().lowWatermark());
  }
}
