package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.SnapshotFailures;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Which bytes of a file system the regular files of a tree lie in. Trees on one file system share
 * what lies in the same bytes, so many of them can be added up without counting anything twice.
 */
public final class TreeExtents {
  private final SystemCalls calls;
  private final MappedFiles mapped;
  private long logicalBytes;
  private long unmappedBytes;
  private long[] ranges = new long[512];
  private int used;

  private TreeExtents(SystemCalls calls) {
    this.calls = calls;
    this.mapped = new MappedFiles(calls);
  }

  /**
   * Where a tree lies.
   *
   * @param logicalBytes the sum of the files' sizes
   * @param unmappedBytes what files take whose place the file system does not tell; such a file
   *     system shares nothing
   * @param ranges begin and end of each range of bytes, ascending and apart, in pairs
   */
  public record Extents(long logicalBytes, long unmappedBytes, long[] ranges) {}

  /**
   * Looks where a tree lies. What was written shortly before must have been synced: until then it
   * lies nowhere.
   */
  public static Extents of(Path directory) {
    try (SystemCalls calls = SystemCalls.open()) {
      TreeExtents tree = new TreeExtents(calls);
      Place place = Place.of(directory);
      try (Descriptor parent = place.openParent(calls);
          Descriptor top = calls.openDirectory(parent, place.name())) {
        new TreeWalk(calls).walk(top, tree.new Places());
      }
      return new Extents(tree.logicalBytes, tree.unmappedBytes, tree.merged());
    } catch (SystemCallException e) {
      Path parent = directory.toAbsolutePath().getParent();
      throw SnapshotFailures.of(
          SnapshotOperation.MEASURE,
          directory,
          parent == null ? directory : parent,
          e,
          OptionalLong.empty());
    }
  }

  private final class Places implements TreeWalk.SameEverywhere {
    @Override
    public void directory(Descriptor directory) {}

    @Override
    public void file(Descriptor file, byte[] name) throws SystemCallException {
      FileStatus status = calls.status(file);
      logicalBytes += status.size();
      unmappedBytes += unmappedBytes(file, status);
    }
  }

  private long unmappedBytes(Descriptor file, FileStatus status) throws SystemCallException {
    return status.blocks() == 0
        ? 0
        : mapped
            .ask(extents -> {
              extents.visit(file, (physical, length, _) -> add(physical, length));
              return 0;
            })
            .orElse(status.allocatedBytes());
  }

  private void add(long physical, long length) {
    if (used + 2 > ranges.length) {
      ranges = Arrays.copyOf(ranges, ranges.length * 2);
    }
    ranges[used++] = physical;
    ranges[used++] = physical + length;
  }

  /** Sorted, and what touches or overlaps joined. */
  private long[] merged() {
    long[][] pairs = new long[used / 2][];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = new long[] {ranges[2 * i], ranges[2 * i + 1]};
    }
    Arrays.sort(pairs, (a, b) -> Long.compare(a[0], b[0]));
    long[] joined = new long[used];
    int size = 0;
    for (long[] pair : pairs) {
      if (size > 0 && pair[0] <= joined[size - 1]) {
        joined[size - 1] = Math.max(joined[size - 1], pair[1]);
      } else {
        joined[size++] = pair[0];
        joined[size++] = pair[1];
      }
    }
    return Arrays.copyOf(joined, size);
  }
}
