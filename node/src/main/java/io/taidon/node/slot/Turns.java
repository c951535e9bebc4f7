package io.taidon.node.slot;

import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread at a time work on what has a name; some names share a turn. Thread-safe. */
public final class Turns {
  private static final int COUNT = 64;

  private final ReentrantLock[] locks = new ReentrantLock[COUNT];

  public Turns() {
    for (int i = 0; i < COUNT; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** Waits for a turn, which closing ends. */
  public Turn take(Object name) {
    ReentrantLock lock = locks[Math.floorMod(name.hashCode(), COUNT)];
    lock.lock();
    return lock::unlock;
  }

  /** A turn that somebody has. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }
}
