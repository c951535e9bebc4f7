package io.taidon.engine.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to be the one server of a store, held by a process for its life. Thread-safe.
 *
 * <p>The holder's process id is in a file of its own: reading the lock file in the holder's process
 * would drop the lock, see {@link LockFile}.
 */
public final class StoreLock implements AutoCloseable {
  private final Path pid;
  private final LockFile file;
  private final LockFile.Held held;
  private final AtomicBoolean closed = new AtomicBoolean();

  private StoreLock(Path pid, LockFile file, LockFile.Held held) {
    this.pid = pid;
    this.file = file;
    this.held = held;
  }

  /** What came of trying. */
  public sealed interface Attempt {
    /** It is ours now. */
    record Acquired(StoreLock lock) implements Attempt {}

    /**
     * Another server has it.
     *
     * @param pid its process id; empty for the short moment before it has been written
     */
    record HeldByAnother(OptionalLong pid) implements Attempt {}
  }

  /** Takes the lock if nobody has it. */
  public static Attempt tryAcquire(StoreLayout layout) {
    LockFile file = LockFile.open(layout.serverLock());
    Optional<LockFile.Held> held = file.tryLock(0);
    if (held.isEmpty()) {
      file.close();
      return new Attempt.HeldByAnother(holder(layout));
    }
    StoreLock lock = new StoreLock(layout.serverPid(), file, held.get());
    try {
      writePid(layout);
      return new Attempt.Acquired(lock);
    } catch (IOException e) {
      lock.close();
      throw StoreFailure.of(layout.serverPid(), "write the server's process id", e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        Files.deleteIfExists(pid);
      } catch (IOException e) {
        throw StoreFailure.of(pid, "remove the server's process id", e);
      } finally {
        held.close();
        file.close();
      }
    }
  }

  private static void writePid(StoreLayout layout) throws IOException {
    // One name will do: we hold the lock. What a dead server left under it is overwritten.
    Path temporary = layout.run().resolve(".server.pid.new");
    Files.writeString(temporary, ProcessHandle.current().pid() + "\n");
    Files.move(temporary, layout.serverPid(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static OptionalLong holder(StoreLayout layout) {
    try {
      String text = Files.readString(layout.serverPid(), StandardCharsets.US_ASCII).strip();
      return OptionalLong.of(Long.parseLong(text));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
