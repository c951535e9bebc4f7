package io.taidon.engine.snapshot.zfs;

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

  /**
   * What this dataset has beyond one of its snapshots: all it references, less what the snapshot
   * references and it still has. Exact where that is its only snapshot.
   */
  long beyond(DatasetSpace snapshot) {
    long stillShared = snapshot.referenced - snapshots;
    return Math.clamp(referenced - stillShared, 0, used);
  }
}
