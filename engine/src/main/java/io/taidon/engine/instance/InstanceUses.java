package io.taidon.engine.instance;

import io.taidon.engine.InstanceUse;
import io.taidon.engine.store.InstanceId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * How instances are used through the gateway: known exactly in memory, and written to the registry
 * now and then, because use comes every second and only the order of magnitude is needed after a
 * restart. Thread-safe; nothing here blocks.
 */
public final class InstanceUses {
  private static final Duration WRITE_EVERY = Duration.ofSeconds(30);

  private final Predicate<InstanceId> write;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<InstanceId, Entry> entries = new ConcurrentHashMap<>();
  private final ReentrantLock waiting = new ReentrantLock();
  private final Condition sessionsWent = waiting.newCondition();
  private boolean hurried;

  /**
   * @param write notes in the registry that an instance is used now, {@code false} if there is no
   *     such instance; called on a thread of its own
   */
  public InstanceUses(Predicate<InstanceId> write) {
    this(write, System::nanoTime);
  }

  InstanceUses(Predicate<InstanceId> write, LongSupplier nanoTime) {
    this.write = write;
    this.nanoTime = nanoTime;
  }

  private record Entry(InstanceUse use, long writtenAt) {}

  /** Takes note of use. */
  public void note(InstanceId id, InstanceUse use) {
    long now = nanoTime.getAsLong();
    Entry noted =
        entries.compute(
            id,
            (_, before) ->
                new Entry(
                    use, before == null || isDue(before, use, now) ? now : before.writtenAt()));
    if (noted.writtenAt() == now) {
      Thread.ofVirtual().name("note-use").start(() -> write(id));
    }
    if (use.sessions() == 0) {
      tellWaiting();
    }
  }

  private void tellWaiting() {
    waiting.lock();
    try {
      sessionsWent.signalAll();
    } finally {
      waiting.unlock();
    }
  }

  /**
   * Waits until an instance has no session through the gateway.
   *
   * @return whether that came to be in time
   */
  public boolean awaitNobody(InstanceId id, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    waiting.lockInterruptibly();
    try {
      while (of(id).filter(use -> use.sessions() > 0).isPresent()) {
        if (left <= 0 || hurried) {
          return false;
        }
        left = sessionsWent.awaitNanos(left);
      }
      return true;
    } finally {
      waiting.unlock();
    }
  }

  /** Ends all waiting for sessions, now and later. */
  void hurry() {
    waiting.lock();
    try {
      hurried = true;
      sessionsWent.signalAll();
    } finally {
      waiting.unlock();
    }
  }

  /** Forgets an instance that is gone. */
  void forget(InstanceId id) {
    entries.remove(id);
  }

  /** The last session of a deleted instance ends after it. */
  private void write(InstanceId id) {
    if (!write.test(id)) {
      entries.remove(id);
    }
  }

  private static boolean isDue(Entry before, InstanceUse use, long now) {
    boolean cameOrWent = (before.use().sessions() == 0) != (use.sessions() == 0);
    return cameOrWent || now - before.writtenAt() >= WRITE_EVERY.toNanos();
  }

  /** The use since this engine began; empty if there was none. */
  public Optional<InstanceUse> of(InstanceId id) {
    return Optional.ofNullable(entries.get(id)).map(Entry::use);
  }

  /** All sessions that are open. */
  public int sessions() {
    return entries.values().stream().mapToInt(e -> e.use().sessions()).sum();
  }
}
