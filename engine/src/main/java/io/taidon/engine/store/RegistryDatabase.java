package io.taidon.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections to the registry: one writer, a few readers. Thread-safe.
 *
 * <p>Writers of this process queue in Java, where a virtual thread waits for free, and only the
 * first of them waits for other processes inside SQLite. A write transaction begins IMMEDIATE, so
 * it never has to give up half-way because somebody else wrote.
 */
final class RegistryDatabase implements AutoCloseable {
  private static final int READERS = 4;

  private final Path file;
  private final Path suspect;
  private final Optional<Object> identity;
  private final SqliteConnection writer;
  private final ReentrantLock writing = new ReentrantLock();
  private final Semaphore reading = new Semaphore(READERS);
  private final Deque<SqliteConnection> readers = new ArrayDeque<>();
  private boolean closed;

  RegistryDatabase(StoreLayout layout, SqliteConnection writer) {
    this.file = layout.registry();
    this.suspect = layout.registrySuspect();
    this.identity = identity(file);
    this.writer = writer;
  }

  /** Runs one query, or several that need not agree with each other. */
  <T> T read(Work<T> work) {
    reading.acquireUninterruptibly();
    try {
      requireHere();
      SqliteConnection connection = reader();
      boolean fine = false;
      try {
        T result = work.run(connection);
        fine = true;
        return result;
      } finally {
        if (fine) {
          giveBack(connection);
        } else {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      reading.release();
    }
  }

  /**
   * Runs the work in one transaction, undone when it throws. Inside another one of this thread it
   * is a part of that.
   */
  <T> T write(Work<T> work) {
    writing.lock();
    try {
      requireOpen();
      if (writing.getHoldCount() > 1) {
        return work.run(writer);
      }
      requireHere();
      writer.update("BEGIN IMMEDIATE");
      try {
        T result = work.run(writer);
        writer.update("COMMIT");
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        rollBack(e);
        throw e;
      }
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      writing.unlock();
    }
  }

  /** Moves what the log holds into the database file, as far as nobody reads it, and syncs. */
  void checkpoint() {
    writing.lock();
    try {
      requireOpen();
      writer.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      writing.unlock();
    }
  }

  /** Closes all connections. The last one to close a healthy database also removes its log. */
  @Override
  public void close() {
    reading.acquireUninterruptibly(READERS);
    writing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      while (!readers.isEmpty()) {
        readers.pop().close();
      }
      writer.close();
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      writing.unlock();
      reading.release(READERS);
    }
  }

  private SqliteConnection reader() throws SQLException {
    synchronized (readers) {
      requireOpen();
      SqliteConnection idle = readers.poll();
      if (idle != null) {
        return idle;
      }
    }
    SqliteConnection opened = SqliteConnection.open(file);
    opened.execute("PRAGMA query_only = ON");
    return opened;
  }

  private void giveBack(SqliteConnection connection) {
    synchronized (readers) {
      readers.push(connection);
    }
  }

  private void rollBack(Throwable cause) {
    try {
      writer.update("ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the registry is closed");
    }
  }

  /**
   * Open files outlive an unmounted or deleted store, so SQLite would go on as if nothing had
   * happened while everything else finds an empty directory, or another store.
   */
  private void requireHere() {
    if (!isHere()) {
      throw StoreFailure.gone(file);
    }
  }

  /** Whether the path still leads to the file that was opened. */
  boolean isHere() {
    return identity.isEmpty() || identity.equals(identity(file));
  }

  private static Optional<Object> identity(Path file) {
    try {
      return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private RuntimeException failure(SQLException e) {
    if (StoreFailure.isCorruption(e)) {
      try {
        Files.writeString(suspect, String.valueOf(e.getMessage()));
      } catch (IOException unwritten) {
        e.addSuppressed(unwritten);
      }
    }
    return StoreFailure.of(file, e);
  }

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T run(SqliteConnection connection) throws SQLException;
  }
}
