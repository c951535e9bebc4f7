package io.taidon.engine.snapshot.copy;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.FileContents;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.FileCopier;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Copies the data of a file and leaves its holes holes ({@code SEEK_DATA} and {@code SEEK_HOLE} of
 * {@code lseek(2)}).
 */
final class HolePreservingCopy implements FileCopier {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final FileContents contents;
  private final MemorySegment buffer;

  HolePreservingCopy(SystemCalls calls) {
    this.contents = new FileContents(calls);
    this.buffer = calls.allocate(BUFFER_BYTES);
  }

  @Override
  public void copy(
      Descriptor source, FileStatus sourceStatus, Descriptor target, BooleanSupplier stopped)
      throws SystemCallException {
    long size = sourceStatus.size();
    if (!sourceStatus.mayHaveHoles()) {
      copyRange(source, target, 0, size, stopped);
      return;
    }
    long start = contents.seekData(source, 0);
    while (start >= 0 && start < size) {
      long end = contents.seekHole(source, start);
      copyRange(source, target, start, end, stopped);
      start = contents.seekData(source, end);
    }
    contents.truncate(target, size);
  }

  private void copyRange(
      Descriptor source, Descriptor target, long start, long end, BooleanSupplier stopped)
      throws SystemCallException {
    long position = start;
    while (position < end && !stopped.getAsBoolean()) {
      long wanted = Math.min(BUFFER_BYTES, end - position);
      long read = contents.read(source, buffer, wanted, position);
      if (read == 0) {
        return;
      }
      contents.write(target, buffer, read, position);
      position += read;
    }
  }
}
