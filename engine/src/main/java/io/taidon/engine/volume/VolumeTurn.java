package io.taidon.engine.volume;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The turn of one process to make or mount a volume: a kernel lock on a file beside the store,
 * which ends with the process.
 */
final class VolumeTurn implements AutoCloseable {
  /** Locks of files belong to processes, so threads queue first. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final FileChannel channel;

  private VolumeTurn(FileChannel channel) {
    this.channel = channel;
  }

  static VolumeTurn take(Path root) {
    Path file = VolumeRecord.lock(root);
    THREADS.lock();
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        channel.lock();
        return new VolumeTurn(channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      THREADS.unlock();
      throw TaidonException.of(
          ErrorCode.STORE_UNUSABLE, "Cannot lock " + file + ": " + e.getMessage() + ".", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw TaidonException.of(ErrorCode.STORE_UNUSABLE, "Cannot unlock the store's volume.", e);
    } finally {
      THREADS.unlock();
    }
  }
}
