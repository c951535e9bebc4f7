package io.taidon.engine.build;

import io.taidon.core.state.StateId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who needs which states in this process: any number of users, or one that ends the state.
 * Thread-safe.
 */
public final class StateUses {
  private static final int ENDING = -1;

  private final Map<StateId, Integer> counts = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();

  /** Begins a use, which keeps the state from being ended; waits while it is being ended. */
  Use begin(StateId id) {
    lock.lock();
    try {
      while (counts.getOrDefault(id, 0) == ENDING) {
        ended.awaitUninterruptibly();
      }
      counts.merge(id, 1, Integer::sum);
      return new Use(id);
    } finally {
      lock.unlock();
    }
  }

  /** Begins the end of a state; empty while somebody uses it. */
  Optional<Use> end(StateId id) {
    lock.lock();
    try {
      return counts.putIfAbsent(id, ENDING) == null ? Optional.of(new Use(id)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  boolean has(StateId id) {
    lock.lock();
    try {
      return counts.containsKey(id);
    } finally {
      lock.unlock();
    }
  }

  /** A use, until it is closed. Closing it twice does nothing. */
  public final class Use implements AutoCloseable {
    private final StateId id;
    private boolean closed;

    private Use(StateId id) {
      this.id = id;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          counts.computeIfPresent(
              id, (_, count) -> count == ENDING || count == 1 ? null : count - 1);
          ended.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
