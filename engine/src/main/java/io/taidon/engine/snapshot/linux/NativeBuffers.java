package io.taidon.engine.snapshot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The memory that one thread's system calls reuse: names, results, error number, copy buffer. */
final class NativeBuffers implements AutoCloseable {
  /** PATH_MAX, which includes the terminating zero. */
  static final int PATH_BYTES = 4096;

  private static final int STATX_BYTES = 256;
  private static final int DIRECTORY_BYTES = 32 * 1024;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment errno = arena.allocate(NativeFunctions.ERRNO_LAYOUT);
  private final MemorySegment firstName = arena.allocate(PATH_BYTES);
  private final MemorySegment secondName = arena.allocate(PATH_BYTES);
  private final MemorySegment statx = arena.allocate(STATX_BYTES, 8);
  private final MemorySegment directoryEntries = arena.allocate(DIRECTORY_BYTES, 8);

  MemorySegment errno() {
    return errno;
  }

  /** Room for a struct statx, a struct statfs or two timespecs. */
  MemorySegment result() {
    return statx;
  }

  /** Room for many records of a directory. */
  MemorySegment directoryEntries() {
    return directoryEntries;
  }

  MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, 8);
  }

  MemorySegment name(byte[] name) throws SystemCallException {
    return fill(firstName, name);
  }

  MemorySegment otherName(byte[] name) throws SystemCallException {
    return fill(secondName, name);
  }

  MemorySegment otherNameBuffer() {
    return secondName;
  }

  private static MemorySegment fill(MemorySegment buffer, byte[] name) throws SystemCallException {
    if (name.length >= PATH_BYTES) {
      throw new SystemCallException("open", Names.text(name), Errno.ENAMETOOLONG);
    }
    MemorySegment.copy(name, 0, buffer, ValueLayout.JAVA_BYTE, 0, name.length);
    buffer.set(ValueLayout.JAVA_BYTE, name.length, (byte) 0);
    return buffer;
  }

  @Override
  public void close() {
    arena.close();
  }
}
