package io.taidon.engine.snapshot.zfs;

import java.util.List;
import java.util.Optional;

/** A dataset with all below it, as {@code zfs list} tells it at one moment. Immutable. */
record DatasetList(List<Dataset> filesystems) {
  private static final String NO_VALUE = "-";

  /**
   * A file system.
   *
   * @param mountPoint the property: a path, {@code none} or {@code legacy}
   * @param origin the snapshot that it is a clone of
   */
  record Dataset(String name, boolean mounted, String mountPoint, Optional<String> origin) {
    private static Dataset of(String line) {
      String[] fields = line.split("\t", 4);
      return new Dataset(
          fields[0],
          fields[1].equals("yes"),
          fields[3],
          Optional.of(fields[2]).filter(origin -> !origin.equals(NO_VALUE)));
    }
  }

  static DatasetList of(String root) throws ZfsException {
    String output =
        ZfsCommand.run(
            "list", "-H", "-r", "-t", "filesystem", "-o", "name,mounted,origin,mountpoint", root);
    return new DatasetList(output.lines().map(Dataset::of).toList());
  }

  /** The snapshots of a dataset and of those below, each dataset's oldest first. */
  static List<String> snapshots(String root) throws ZfsException {
    return ZfsCommand.run("list", "-H", "-r", "-t", "snapshot", "-o", "name", root)
        .lines()
        .toList();
  }

  /** A clone of the newest of these snapshots that has any. */
  Optional<String> newestClone(List<String> snapshots) {
    return newestWithClones(snapshots).flatMap(this::cloneOf);
  }

  /** The newest of these snapshots that has clones. */
  Optional<String> newestWithClones(List<String> snapshots) {
    return snapshots.reversed().stream().filter(s -> cloneOf(s).isPresent()).findFirst();
  }

  private Optional<String> cloneOf(String snapshot) {
    return filesystems.stream()
        .filter(d -> d.origin().map(snapshot::equals).orElse(false))
        .map(Dataset::name)
        .findFirst();
  }
}
