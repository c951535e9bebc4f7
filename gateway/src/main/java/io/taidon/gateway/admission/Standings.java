package io.taidon.gateway.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The standings of many sources, of which only so many are kept. Those who once succeeded are kept
 * apart, so a flood of strangers pushes out other strangers only. Thread-safe.
 */
final class Standings<K> {
  private final Limits limits;
  private final LongSupplier clock;
  private final Cache<K, Standing> strangers;
  private final Cache<K, Standing> successful;

  Standings(Limits limits, int most, LongSupplier clock) {
    this.limits = limits;
    this.clock = clock;
    this.strangers = bounded(most);
    this.successful = bounded(most);
  }

  /** Housekeeping runs on the caller: it is short, and there is no pool that floods could fill. */
  private static <K> Cache<K, Standing> bounded(int most) {
    return Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
  }

  Optional<Refusal> attempt(K source) {
    Outcome outcome = new Outcome();
    update(
        source,
        (standing, now) -> {
          Standing.Attempt attempt = standing.attempt(limits, now);
          outcome.refusal = attempt.refusal();
          return attempt.after();
        });
    return outcome.refusal;
  }

  Optional<Refusal> blocked(K source) {
    Standing standing = cacheOf(source).getIfPresent(source);
    return standing == null ? Optional.empty() : standing.blocked(clock.getAsLong());
  }

  boolean isTrusted(K source) {
    Standing standing = successful.getIfPresent(source);
    return standing != null && standing.isTrusted(clock.getAsLong());
  }

  void succeeded(K source) {
    Standing stranger = strangers.asMap().remove(source);
    if (stranger != null) {
      successful.asMap().putIfAbsent(source, stranger);
    }
    update(successful, source, (standing, now) -> standing.succeeded(limits, now));
  }

  void failed(K source) {
    update(source, (standing, now) -> standing.failed(limits, now));
  }

  private void update(K source, Change change) {
    update(cacheOf(source), source, change);
  }

  private void update(Cache<K, Standing> cache, K source, Change change) {
    long now = clock.getAsLong();
    cache
        .asMap()
        .compute(
            source,
            (key, before) -> change.of(before == null ? Standing.fresh(limits, now) : before, now));
  }

  private Cache<K, Standing> cacheOf(K source) {
    return successful.getIfPresent(source) == null ? strangers : successful;
  }

  /** How many are kept in mind. */
  long size() {
    strangers.cleanUp();
    successful.cleanUp();
    return strangers.estimatedSize() + successful.estimatedSize();
  }

  private interface Change {
    Standing of(Standing before, long now);
  }

  /** What leaves the update of an entry beside the entry. */
  private static final class Outcome {
    Optional<Refusal> refusal = Optional.empty();
  }
}
