package io.taidon.engine.snapshot.zfs;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What ZFS accounts to a dataset or snapshot, in bytes. It lags behind writes by one transaction
 * group, some seconds.
 *
 * @param used what no other dataset accounts; for a clone, what it does not share with its origin
 * @param referenced all that can be read in it
 * @param snapshots what its snapshots hold and it does not any more
 */
record DatasetSpace(long used, long referenced, long snapshots) {
  static DatasetSpace of(String name) throws ZfsException {
    Map<String, Long> values =
        ZfsCommand.run(
                "get", "-Hp", "-o", "property,value", "used,referenced,usedbysnapshots", name)
            .lines()
            .map(line -> line.split("\t", 2))
            .filter(fields -> fields[1].matches("\\d{1,18}"))
            .collect(Collectors.toMap(fields -> fields[0], fields -> Long.valueOf(fields[1])));
    return new DatasetSpace(
        values.getOrDefault("used", 0L),
        values.getOrDefault("referenced", 0L),
        values.getOrDefault("usedbysnapshots", 0L));
  }

  /** What is {@link #used} by each dataset from {@code root} on that is mounted at a path. */
  static Map<Path, Long> ofMountPoints(String root) throws ZfsException {
    Map<String, Long> used = new HashMap<>();
    Map<String, Path> mountPoints = new HashMap<>();
    // Not by "zfs list", which has no exact numbers in zfs-fuse.
    String output =
        ZfsCommand.run("get", "-Hp", "-r", "-o", "name,property,value", "used,mountpoint", root);
    for (String line : output.lines().toList()) {
      String[] fields = line.split("\t", 3);
      if (fields[2].startsWith("/")) {
        mountPoints.put(fields[0], Path.of(fields[2]));
      } else if (fields[2].matches("\\d{1,18}")) {
        used.put(fields[0], Long.valueOf(fields[2]));
      }
    }
    Map<Path, Long> accounts = new HashMap<>();
    mountPoints.forEach((name, at) -> accounts.put(at, used.getOrDefault(name, 0L)));
    return accounts;
  }

  /**
   * What this dataset has beyond one of its snapshots: all it references, less what the snapshot
   * references and it still has. Exact where that is its only snapshot.
   */
  long beyond(DatasetSpace snapshot) {
    long stillShared = snapshot.referenced - snapshots;
    return Math.clamp(referenced - stillShared, 0, used);
  }
}
