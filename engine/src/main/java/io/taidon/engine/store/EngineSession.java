package io.taidon.engine.store;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One running engine process and its work area {@code builds/<session id>}. It holds {@code
 * owner.lock} there for its life; a session whose lock is free is dead, and what it left behind can
 * be cleaned.
 *
 * <p>Thread-safe.
 */
public final class EngineSession implements AutoCloseable {
  private final StoreLayout layout;
  private final SessionId id;
  private final LockFile file;
  private final LockFile.Held held;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EngineSession(StoreLayout layout, SessionId id, LockFile file, LockFile.Held held) {
    this.layout = layout;
    this.id = id;
    this.file = file;
    this.held = held;
  }

  /** Begins a session: makes its work area and locks it. */
  public static EngineSession begin(StoreLayout layout) {
    SessionId id = SessionId.random();
    try (Mutex ignored = new Mutex(layout)) {
      Path directory = Files.createDirectory(layout.builds(id));
      // On the way to cluster directories, as its parent is.
      Files.setPosixFilePermissions(directory, Files.getPosixFilePermissions(layout.builds()));
      FaultPoint.SESSION_DIRECTORY_MADE.reached();
      LockFile file = LockFile.open(layout.ownerLock(id));
      return new EngineSession(layout, id, file, file.lockUninterruptibly(0));
    } catch (IOException e) {
      throw StoreFailure.of(layout.builds(id), "make the work area", e);
    }
  }

  /**
   * Finds the sessions whose processes are gone and hands each to one caller only, however many
   * look at the same time. One that is closed without being {@link DeadSession#remove() removed},
   * or whose cleaner dies, is handed out again.
   */
  public static List<DeadSession> claimDead(StoreLayout layout) {
    List<DeadSession> dead = new ArrayList<>();
    try (Mutex ignored = new Mutex(layout);
        DirectoryStream<Path> directories = Files.newDirectoryStream(layout.builds())) {
      for (Path directory : directories) {
        String name = directory.getFileName().toString();
        if (RandomHex.matches(name) && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
          claim(layout, new SessionId(name)).ifPresent(dead::add);
        }
      }
    } catch (IOException e) {
      throw StoreFailure.of(layout.builds(), "look for work areas", e);
    }
    return dead;
  }

  public SessionId id() {
    return id;
  }

  /** Ends the session. Its work area goes too, unless something is left in it. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      end(layout, id, file, held);
    }
  }

  private static Optional<DeadSession> claim(StoreLayout layout, SessionId id) {
    LockFile file = LockFile.open(layout.ownerLock(id));
    Optional<LockFile.Held> held = file.tryLock(0);
    if (held.isEmpty()) {
      file.close();
    }
    return held.map(lock -> new DeadSession(layout, id, file, lock));
  }

  /** Removes the lock file and the directory if that is all there is, then unlocks. */
  private static boolean end(StoreLayout layout, SessionId id, LockFile file, LockFile.Held held) {
    try (Mutex ignored = turn(layout, file, held)) {
      try {
        if (hasWork(layout, id)) {
          return false;
        }
        Files.deleteIfExists(layout.ownerLock(id));
        Files.deleteIfExists(layout.builds(id));
        return true;
      } catch (DirectoryNotEmptyException e) {
        return false;
      } catch (IOException e) {
        throw StoreFailure.of(layout.builds(id), "remove the work area", e);
      } finally {
        held.close();
        file.close();
      }
    }
  }

  /** A store that is gone or read-only gives no turn; its lock is let go all the same. */
  private static Mutex turn(StoreLayout layout, LockFile file, LockFile.Held held) {
    try {
      return new Mutex(layout);
    } catch (TaidonException e) {
      held.close();
      file.close();
      throw e;
    }
  }

  private static boolean hasWork(StoreLayout layout, SessionId id) throws IOException {
    Path lock = layout.ownerLock(id);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.builds(id))) {
      for (Path entry : entries) {
        if (!entry.equals(lock)) {
          return true;
        }
      }
      return false;
    }
  }

  /** A session whose process is gone, held by whoever cleans up after it. Not thread-safe. */
  public static final class DeadSession implements AutoCloseable {
    private final StoreLayout layout;
    private final SessionId id;
    private final LockFile file;
    private final LockFile.Held held;
    private boolean closed;

    private DeadSession(StoreLayout layout, SessionId id, LockFile file, LockFile.Held held) {
      this.layout = layout;
      this.id = id;
      this.file = file;
      this.held = held;
    }

    public SessionId id() {
      return id;
    }

    /** What it left behind. */
    public Path directory() {
      return layout.builds(id);
    }

    /**
     * Ends the claim for good once everything in {@link #directory()} but the lock file is gone.
     *
     * @return false when something is left, so that the session will be handed out again
     */
    public boolean remove() {
      if (closed) {
        return false;
      }
      closed = true;
      return end(layout, id, file, held);
    }

    /** Gives up the claim. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        held.close();
        file.close();
      }
    }
  }

  /**
   * Held for short moments by all who begin, find or end sessions. Without it a session could be
   * seen between the making of its directory and its lock, and be taken for dead.
   */
  private static final class Mutex implements AutoCloseable {
    private final LockFile file;
    private final LockFile.Held held;

    Mutex(StoreLayout layout) {
      this.file = LockFile.open(layout.sessionsLock());
      this.held = file.lockUninterruptibly(0);
    }

    @Override
    public void close() {
      held.close();
      file.close();
    }
  }
}
