package io.taidon.operator.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Room that was promised, and room that is waited for. Both end by themselves when they are not
 * renewed, so nothing leaks when a job or instance is gone. One decision at a time: who promises
 * room and who evicts take turns. After a restart it is empty; pods that were created hold their
 * start by themselves, and running ones renew their promise.
 */
final class Ledger {
  /** Reconcilers look at everything that is under way every ten seconds. */
  static final Duration PROMISE = Duration.ofSeconds(60);

  /** Fair, so that those who wait for room do not keep out the one who makes it. */
  private final ReentrantLock decisions = new ReentrantLock(true);

  private final Map<String, Entry> granted = new LinkedHashMap<>();
  private final Map<String, Entry> wanted = new LinkedHashMap<>();

  private record Entry(Grant grant, Instant end) {}

  /** Does something while nobody else decides; who asked first is first. */
  <T> T deciding(Supplier<T> work) {
    decisions.lock();
    try {
      return work.get();
    } finally {
      decisions.unlock();
    }
  }

  synchronized void grant(Grant grant, Instant now) {
    wanted.remove(grant.key());
    granted.put(grant.key(), new Entry(grant, now.plus(PROMISE)));
  }

  synchronized boolean isGranted(String key, Instant now) {
    Entry entry = granted.get(key);
    return entry != null && now.isBefore(entry.end());
  }

  synchronized void want(Grant grant, Instant now) {
    wanted.put(grant.key(), new Entry(grant, now.plus(PROMISE)));
  }

  synchronized void release(String key) {
    granted.remove(key);
    wanted.remove(key);
  }

  synchronized List<Grant> granted(Instant now) {
    return alive(granted, now);
  }

  synchronized List<Grant> wanted(Instant now) {
    return alive(wanted, now);
  }

  /**
   * Those whose start must stay: who has room, and in each pool who has waited for longest. If all
   * who wait held their starts, they could wait for each other for ever; whose start goes plans
   * anew.
   */
  synchronized List<Grant> holding(Instant now) {
    List<Grant> holding = new ArrayList<>(granted(now));
    Set<PoolKey> taken = new HashSet<>();
    for (Grant want : wanted(now)) {
      boolean isFirst = want.pools().stream().noneMatch(taken::contains);
      taken.addAll(want.pools());
      if (isFirst) {
        holding.add(want);
      }
    }
    return holding;
  }

  private static List<Grant> alive(Map<String, Entry> entries, Instant now) {
    entries.values().removeIf(entry -> !now.isBefore(entry.end()));
    return entries.values().stream().map(Entry::grant).toList();
  }
}
