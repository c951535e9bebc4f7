package io.taidon.engine.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file whose byte positions are locks between threads and processes. The kernel drops a lock when
 * its process ends, however it ends, so no lock is ever stale.
 *
 * <p>These are POSIX record locks (fcntl(2)), which belong to the process and are all dropped when
 * the process closes <em>any</em> descriptor of the file. So a JVM has at most one channel per
 * file, shared by all that open it and closed by the last; nothing else may open a lock file;
 * nothing is read from or written to the channel, since an interrupt would close it.
 *
 * <p>Waiting for another process polls: a blocking {@code F_SETLKW} would hold a carrier thread,
 * and its deadlock detection takes a process for one thread and so finds deadlocks that are none.
 *
 * <p>Thread-safe. A lock may be released by another thread than the one that took it.
 */
final class LockFile implements AutoCloseable {
  private static final ConcurrentHashMap<Path, LockFile> OPEN = new ConcurrentHashMap<>();
  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LONGEST_PAUSE_MILLIS = 16;

  private final Path key;
  private final FileChannel channel;
  private final Map<Long, Gate> gates = new ConcurrentHashMap<>();
  private int users;

  private LockFile(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /** Opens the file, which is made when it is missing. Its directory must be there. */
  static LockFile open(Path file) {
    Path directory = file.getParent();
    if (directory == null) {
      throw new IllegalArgumentException("a lock file is in a directory");
    }
    try {
      Path key = directory.toRealPath().resolve(file.getFileName());
      AtomicReference<IOException> failure = new AtomicReference<>();
      LockFile opened =
          OPEN.compute(
              key,
              (path, present) -> {
                LockFile one = present;
                if (one == null) {
                  try {
                    one = new LockFile(path, channel(path));
                  } catch (IOException e) {
                    failure.set(e);
                    return null;
                  }
                }
                one.users++;
                return one;
              });
      if (opened == null) {
        throw failure.get();
      }
      return opened;
    } catch (IOException e) {
      throw StoreFailure.of(file, "open the lock file", e);
    }
  }

  /** Takes the lock at this position if nobody has it. */
  Optional<Held> tryLock(long position) {
    return tryLock(position, 1);
  }

  /** Takes all positions if nobody has any of them. */
  Optional<Held> tryLockAll() {
    return tryLock(0, Long.MAX_VALUE);
  }

  /**
   * Takes the lock at this position.
   *
   * @param waiting runs once before the wait when somebody else has it
   */
  Held lock(long position, Runnable waiting) throws InterruptedException {
    Gate gate = enter(position);
    boolean locked = false;
    try {
      boolean told = false;
      if (!gate.turn.tryAcquire()) {
        waiting.run();
        told = true;
        gate.turn.acquire();
      }
      try {
        FileLock lock = poll(position, told, waiting);
        locked = true;
        return new Held(this, gate, position, lock);
      } finally {
        if (!locked) {
          gate.turn.release();
        }
      }
    } finally {
      if (!locked) {
        leave(position, gate);
      }
    }
  }

  /** Takes the lock at this position; an interrupt is kept for later. For short holds only. */
  Held lockUninterruptibly(long position) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return lock(position, () -> {});
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Gives up this use of the file. The locks taken through it must be released before. */
  @Override
  public void close() {
    OPEN.compute(
        key,
        (path, present) -> {
          users--;
          if (users > 0) {
            return this;
          }
          try {
            channel.close();
          } catch (IOException e) {
            // Nothing was written, so nothing is lost; the descriptor is gone (close(2)).
          }
          return null;
        });
  }

  private static FileChannel channel(Path path) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return FileChannel.open(
        path,
        options,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private Optional<Held> tryLock(long position, long size) {
    Gate gate = enter(position);
    boolean locked = false;
    try {
      if (!gate.turn.tryAcquire()) {
        return Optional.empty();
      }
      try {
        Optional<FileLock> lock = tryOnce(position, size);
        locked = lock.isPresent();
        return lock.map(held -> new Held(this, gate, position, held));
      } finally {
        if (!locked) {
          gate.turn.release();
        }
      }
    } finally {
      if (!locked) {
        leave(position, gate);
      }
    }
  }

  private FileLock poll(long position, boolean told, Runnable waiting) throws InterruptedException {
    long pause = FIRST_PAUSE_MILLIS;
    boolean silent = told;
    while (true) {
      Optional<FileLock> lock = tryOnce(position, 1);
      if (lock.isPresent()) {
        return lock.get();
      }
      if (!silent) {
        waiting.run();
        silent = true;
      }
      Thread.sleep(pause);
      pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
    }
  }

  private Optional<FileLock> tryOnce(long position, long size) {
    try {
      return Optional.ofNullable(channel.tryLock(position, size, false));
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StoreFailure.of(key, "lock", e);
    }
  }

  private Gate enter(long position) {
    return gates.compute(
        position,
        (at, present) -> {
          Gate gate = present == null ? new Gate() : present;
          gate.users++;
          return gate;
        });
  }

  private void leave(long position, Gate gate) {
    gates.compute(position, (at, present) -> --gate.users == 0 ? null : gate);
  }

  /** The threads of this JVM that have or want one position. */
  private static final class Gate {
    final Semaphore turn = new Semaphore(1, true);
    int users;
  }

  /** A lock that is held. Closing it twice does nothing. */
  static final class Held implements AutoCloseable {
    private final LockFile file;
    private final Gate gate;
    private final long position;
    private final FileLock lock;
    private final AtomicBoolean released = new AtomicBoolean();

    private Held(LockFile file, Gate gate, long position, FileLock lock) {
      this.file = file;
      this.gate = gate;
      this.position = position;
      this.lock = lock;
    }

    @Override
    public void close() {
      if (!released.compareAndSet(false, true)) {
        return;
      }
      try {
        lock.release();
      } catch (IOException e) {
        throw StoreFailure.of(file.key, "unlock", e);
      } finally {
        gate.turn.release();
        file.leave(position, gate);
      }
    }
  }
}
