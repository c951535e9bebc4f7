package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.Overlays;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What is mounted on names of directories; for one thread. */
final class Mounts {
  /** Processes that were ended let go of their directories a moment later. */
  private static final Duration BUSY_DEADLINE = Duration.ofSeconds(5);

  private static final long LOOK_EVERY_NANOS = 1_000_000;
  private static final int MOST_MOUNTS = 16;

  private final SystemCalls calls;
  private final Overlays overlays;

  Mounts(SystemCalls calls, Overlays overlays) {
    this.calls = calls;
    this.overlays = overlays;
  }

  /** Whether an overlay is mounted on a name. */
  boolean isOverlay(Descriptor parent, byte[] name) throws SystemCallException {
    if (!calls.status(parent, name).mountRoot()) {
      return false;
    }
    try (Descriptor top = calls.openDirectory(parent, name)) {
      return calls.fileSystem(top).isOverlay();
    }
  }

  /**
   * Unmounts the overlay on a name. EBUSY when a process still works there after some seconds.
   *
   * @return whether there was one
   */
  boolean unmount(Descriptor parent, byte[] name) throws SystemCallException {
    if (!isOverlay(parent, name)) {
      return false;
    }
    long start = System.nanoTime();
    while (true) {
      try {
        overlays.unmount(parent, name, false);
        return true;
      } catch (SystemCallException e) {
        if (!e.errno().equals(Errno.EBUSY)
            || System.nanoTime() - start > BUSY_DEADLINE.toNanos()
            || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
      }
    }
  }

  /** Takes all overlays off a name that nobody needs any more, also from under processes. */
  void detach(Descriptor parent, byte[] name) throws SystemCallException {
    for (int i = 0; isOverlay(parent, name); i++) {
      if (i == MOST_MOUNTS) {
        throw new SystemCallException("umount", Names.text(name), Errno.EBUSY);
      }
      overlays.unmount(parent, name, true);
    }
  }
}
