package io.taidon.node.upkeep;

import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.node.pool.Pool;
import io.taidon.node.pool.Pool.StateCopy;
import io.taidon.node.pool.PoolUsage.CopyBytes;
import io.taidon.node.pool.PoolUsage.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is said of copies in the API, and whether it is still so: what a copy has to itself grows
 * when others that shared it go, and shrinks when states are made from it. Thread-safe.
 */
final class Descriptions {
  /** Smaller changes are not worth a write. */
  private static final long LEAST_CHANGE = 256 * 1024;

  private final String node;
  private final Map<StateCopy, Location> told = new HashMap<>();

  Descriptions(String node) {
    this.node = node;
  }

  Location of(Pool pool, StateCopy copy, Measured measured) throws IOException {
    CopyBytes bytes = measured.copies().getOrDefault(copy, new CopyBytes(0, 0));
    return new Location(
        node,
        pool.backend().kind().wireName(),
        bytes.logical(),
        bytes.exclusive(),
        readyTime(pool, copy));
  }

  /** When a copy was sealed; what tells it from a later one of the same state. */
  static String readyTime(Pool pool, StateCopy copy) throws IOException {
    FileTime sealed =
        (FileTime)
            Files.getAttribute(
                pool.state(copy.namespace(), copy.id()), "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    return sealed.toInstant().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** Whether another figure should be told. */
  synchronized boolean hasChanged(StateCopy copy, Measured measured) {
    Location before = told.get(copy);
    CopyBytes now = measured.copies().get(copy);
    return before == null
        || (now != null && Math.abs(now.exclusive() - before.exclusiveBytes()) >= LEAST_CHANGE);
  }

  synchronized void told(StateCopy copy, Location location) {
    told.put(copy, location);
  }

  /** Forgets everything else. */
  synchronized void onlyOf(Set<StateCopy> copies) {
    told.keySet().retainAll(copies);
  }
}
