package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

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

  /** The places on the medium that the file shares with others. */
  public Places shared(Descriptor file) throws SystemCallException {
    Places places = new Places();
    visit(
        file,
        (at, length, shared) -> {
          if (shared) {
            places.add(at, length);
          }
        });
    return places;
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

  /** Ranges of bytes on a medium. Not thread-safe. */
  public static final class Places {
    private final TreeMap<Long, Long> ends = new TreeMap<>();

    private void add(long at, long length) {
      ends.merge(at, at + length, Math::max);
    }

    public boolean isEmpty() {
      return ends.isEmpty();
    }

    /** How many of these bytes are not in {@code others}. */
    public long bytesBeyond(Places others) {
      long beyond = 0;
      for (Map.Entry<Long, Long> range : ends.entrySet()) {
        beyond +=
            range.getValue() - range.getKey() - others.covered(range.getKey(), range.getValue());
      }
      return beyond;
    }

    private long covered(long from, long to) {
      long covered = 0;
      Map.Entry<Long, Long> before = ends.floorEntry(from);
      if (before != null) {
        covered += Math.max(0, Math.min(to, before.getValue()) - from);
      }
      for (Map.Entry<Long, Long> range : ends.subMap(from, false, to, false).entrySet()) {
        covered += Math.min(to, range.getValue()) - range.getKey();
      }
      return covered;
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
