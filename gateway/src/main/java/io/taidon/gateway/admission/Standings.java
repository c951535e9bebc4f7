package io.taidon.gateway.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The standings of many sources, of which only so many are kept: the ones seen least are forgotten
 * first, so a flood of new ones does not push out those who come often. Thread-safe.
 */
final class Standings<K> {
  private final Limits limits;
  private final LongSupplier clock;
  private final Cache<K, Standing> known;

  Standings(Limits limits, int most, LongSupplier clock) {
    this.limits = limits;
    this.clock = clock;
    // Housekeeping runs on the caller: it is short, and there is no pool that an attack could fill.
    this.known = Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
  }

  Optional<Refusal> attempt(K source) {
    long now = clock.getAsLong();
    Outcome outcome = new Outcome();
    known
        .asMap()
        .compute(
            source,
            (key, before) -> {
              Standing standing = before == null ? Standing.fresh(limits, now) : before;
              Standing.Attempt attempt = standing.attempt(limits, now);
              outcome.refusal = attempt.refusal();
              return attempt.after();
            });
    return outcome.refusal;
  }

  Optional<Refusal> blocked(K source) {
    Standing standing = known.getIfPresent(source);
    return standing == null ? Optional.empty() : standing.blocked(clock.getAsLong());
  }

  boolean isTrusted(K source) {
    Standing standing = known.getIfPresent(source);
    return standing != null && standing.isTrusted(clock.getAsLong());
  }

  void succeeded(K source) {
    long now = clock.getAsLong();
    known
        .asMap()
        .compute(
            source,
            (key, before) ->
                (before == null ? Standing.fresh(limits, now) : before).succeeded(limits, now));
  }

  void failed(K source) {
    long now = clock.getAsLong();
    known
        .asMap()
        .compute(
            source,
            (key, before) ->
                (before == null ? Standing.fresh(limits, now) : before).failed(limits, now));
  }

  /** How many are kept in mind. */
  long size() {
    known.cleanUp();
    return known.estimatedSize();
  }

  /** What leaves the update of an entry beside the entry. */
  private static final class Outcome {
    Optional<Refusal> refusal = Optional.empty();
  }
}
