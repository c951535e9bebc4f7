package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Where the data of a file is: the FIEMAP ioctl of {@code Documentation/filesystems/fiemap.rst}.
 */
public final class ExtentMap {
  private static final long FS_IOC_FIEMAP = 0xc020660bL;
  private static final int EXTENTS = 128;
  private static final long HEADER_BYTES = 32;
  private static final long EXTENT_BYTES = 56;
  private static final int LAST = 0x1;
  // Inline data lies in the metadata, where sharing cannot be told.
  private static final int DATA_INLINE = 0x200;
  private static final int SHARED = 0x2000;

  private final SystemCalls calls;
  private final MemorySegment map;

  public ExtentMap(SystemCalls calls) {
    this.calls = calls;
    this.map = calls.allocate(HEADER_BYTES + EXTENTS * EXTENT_BYTES);
  }

  /** Hears where data lies. */
  public interface Visitor {
    /**
     * An extent.
     *
     * @param physical its address on the file system's own scale; the same for two files that share
     *     it
     */
    void extent(long physical, long length, boolean shared);
  }

  /** The bytes of the file's extents that it shares with no other file. */
  public long exclusiveBytes(Descriptor file) throws SystemCallException {
    long[] exclusive = {0};
    visit(file, (_, length, shared) -> exclusive[0] += shared ? 0 : length);
    return exclusive[0];
  }

  /** Shows every extent that has a place of its own; inline data has none. */
  public void visit(Descriptor file, Visitor visitor) throws SystemCallException {
    long start = 0;
    while (true) {
      int count = fetch(file, start);
      if (count == 0) {
        return;
      }
      for (int i = 0; i < count; i++) {
        long extent = HEADER_BYTES + i * EXTENT_BYTES;
        int flags = map.get(JAVA_INT, extent + 40);
        long length = map.get(JAVA_LONG, extent + 16);
        if ((flags & DATA_INLINE) == 0) {
          visitor.extent(map.get(JAVA_LONG, extent + 8), length, (flags & SHARED) != 0);
        }
        if ((flags & LAST) != 0) {
          return;
        }
        start = map.get(JAVA_LONG, extent) + length;
      }
    }
  }

  private int fetch(Descriptor file, long start) throws SystemCallException {
    map.set(JAVA_LONG, 0, start);
    map.set(JAVA_LONG, 8, Long.MAX_VALUE - start);
    map.set(JAVA_INT, 16, 0);
    map.set(JAVA_INT, 24, EXTENTS);
    calls.ioctl(file, "ioctl FIEMAP", FS_IOC_FIEMAP, map, SystemCalls.EMPTY_NAME);
    return map.get(JAVA_INT, 20);
  }
}
