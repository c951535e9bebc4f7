package io.taidon.engine.snapshot.zfs;

import io.taidon.engine.snapshot.zfs.ZfsException.Meaning;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The datasets of one store: the children of the dataset that the store is on which have our
 * prefix. Others' datasets are never touched. Thread-safe, also among processes.
 */
final class ZfsStore {
  private static final System.Logger LOG = System.getLogger(ZfsStore.class.getName());

  /** Of the names of our datasets; 16 hexadecimal digits follow. */
  private static final String PREFIX = "taidon-";

  /** The snapshot of a state that its clones are made from; the digits of its dataset follow. */
  private static final String STATE = "@state-";

  /** The snapshots that states are made from; they go with those. */
  private static final String SOURCE = "@source-";

  private static final int HEX_DIGITS = 16;

  private static final String HIDDEN = "none";

  /** Servers that were ended let go of their directories a moment later. */
  private static final Duration BUSY_LIMIT = Duration.ofSeconds(20);

  private static final Duration BUSY_PAUSE = Duration.ofMillis(25);

  /** Each round hands at least one snapshot on, or follows a change that somebody else made. */
  private static final int MOST_ROUNDS = 1000;

  private final DatasetMount root;

  private ZfsStore(DatasetMount root) {
    this.root = root;
  }

  /** The store whose dataset holds a directory; empty where that is not on ZFS. */
  static Optional<ZfsStore> holding(Path real) throws IOException {
    return DatasetMount.holding(real).map(ZfsStore::new);
  }

  Path mountPoint() {
    return root.mountPoint();
  }

  boolean owns(String dataset) {
    String prefix = root.dataset() + "/" + PREFIX;
    return dataset.startsWith(prefix) && dataset.indexOf('/', prefix.length()) < 0;
  }

  /** Our dataset that is mounted at a path. */
  Optional<String> at(Path real) throws IOException {
    return DatasetMount.at(real).map(DatasetMount::dataset).filter(this::owns);
  }

  /** Our datasets that are mounted at a path and below, inner ones first. */
  List<String> within(Path real) throws IOException {
    return DatasetMount.within(real).stream()
        .map(DatasetMount::dataset)
        .filter(this::owns)
        .toList();
  }

  /** Makes an empty dataset mounted at a path, and returns its name. */
  String create(Path mountPoint) throws ZfsException {
    String made = newName();
    try {
      ZfsCommand.run("create", "-o", "mountpoint=" + mountPoint, made);
      return made;
    } catch (ZfsException e) {
      throw undone(made, e);
    }
  }

  /** Clones a state; it appears at the path when it is complete. */
  void cloneState(String state, Path mountPoint) throws ZfsException {
    String made = newName();
    String snapshot = stateSnapshot(state);
    try {
      makeClone(snapshot, made, mountPoint, "off");
    } catch (ZfsException e) {
      if (!e.means(Meaning.NOT_FOUND)) {
        throw undone(made, e);
      }
      takeSnapshot(snapshot);
      try {
        makeClone(snapshot, made, mountPoint, "off");
      } catch (ZfsException again) {
        throw undone(made, again);
      }
    }
  }

  /** Makes a read-only clone of a dataset as it is at one moment. */
  void keep(String source, Path mountPoint) throws ZfsException {
    String made = newName();
    String snapshot = source + SOURCE + randomHex();
    takeSnapshot(snapshot);
    try {
      makeClone(snapshot, made, mountPoint, "on");
    } catch (ZfsException e) {
      ZfsException failure = undone(made, e);
      ZfsCommand.run("destroy", "-d", snapshot);
      throw failure;
    }
    ZfsCommand.run("destroy", "-d", snapshot);
  }

  private static void makeClone(String snapshot, String made, Path mountPoint, String readOnly)
      throws ZfsException {
    ZfsCommand.run(
        "clone", "-o", "readonly=" + readOnly, "-o", "mountpoint=" + mountPoint, snapshot, made);
  }

  /** Two who clone a new state at once both find that it has no snapshot. */
  private static void takeSnapshot(String snapshot) throws ZfsException {
    try {
      ZfsCommand.run("snapshot", snapshot);
    } catch (ZfsException e) {
      if (!e.means(Meaning.EXISTS)) {
        throw e;
      }
    }
  }

  /** What was made and could not be mounted is made all the same. */
  private ZfsException undone(String made, ZfsException failure) {
    try {
      destroy(made);
    } catch (ZfsException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  void setReadOnly(String dataset, boolean readOnly) throws ZfsException {
    ZfsCommand.run("set", "readonly=" + (readOnly ? "on" : "off"), dataset);
  }

  /** Moves a dataset, with all that is in it, to another path in one step. */
  void move(String dataset, Path mountPoint) throws ZfsException {
    setMountPoint(dataset, mountPoint.toString());
  }

  private static void setMountPoint(String dataset, String mountPoint) throws ZfsException {
    whileBusy(() -> ZfsCommand.run("set", "mountpoint=" + mountPoint, dataset));
  }

  /**
   * Destroys a dataset. Those that depend on it stay as they are: one of them takes over what they
   * share. Does nothing when it is not there.
   */
  void destroy(String dataset) throws ZfsException {
    for (int round = 1; ; round++) {
      try {
        whileBusy(() -> ZfsCommand.run("destroy", "-r", dataset));
        return;
      } catch (ZfsException e) {
        switch (e.meaning()) {
          case NOT_FOUND -> {
            return;
          }
          case HAS_CLONES -> {
            if (round == MOST_ROUNDS) {
              throw e;
            }
            handOver(dataset);
          }
          default -> throw e;
        }
      }
    }
  }

  /**
   * Gives the snapshots that clones need to one of them. What another process does at the same time
   * shows as a dataset that is not there or no clone any more; the next round looks again.
   */
  private void handOver(String dataset) throws ZfsException {
    try {
      setMountPoint(dataset, HIDDEN);
      List<String> snapshots = retireSnapshots(dataset);
      Optional<String> heir = DatasetList.of(root.dataset()).newestClone(snapshots);
      if (heir.isPresent()) {
        whileBusy(() -> ZfsCommand.run("promote", heir.get()));
      }
    } catch (ZfsException e) {
      if (!e.means(Meaning.NOT_FOUND) && !e.means(Meaning.NO_CLONE)) {
        throw e;
      }
    }
  }

  /**
   * Lets each snapshot go with its last clone.
   *
   * @return the snapshots, oldest first
   */
  private static List<String> retireSnapshots(String dataset) throws ZfsException {
    List<String> snapshots = DatasetList.snapshots(dataset);
    for (String snapshot : snapshots) {
      ZfsCommand.run("destroy", "-d", snapshot);
    }
    return snapshots;
  }

  /**
   * Bytes that only this dataset holds. Where clones depend on it, that is what it has beyond their
   * snapshot.
   */
  OptionalLong exclusiveBytes(String dataset) throws ZfsException {
    List<String> snapshots = DatasetList.snapshots(dataset);
    DatasetSpace space = DatasetSpace.of(dataset);
    Optional<String> shared =
        snapshots.isEmpty()
            ? Optional.empty()
            : DatasetList.of(root.dataset()).newestWithClones(snapshots);
    return OptionalLong.of(
        shared.isPresent() ? space.beyond(DatasetSpace.of(shared.get())) : space.used());
  }

  /** What ZFS accounts to each of our datasets that belongs in a directory, in bytes. */
  Map<Path, Long> accounts(Path real) throws ZfsException {
    return DatasetSpace.ofMountPoints(root.dataset()).entrySet().stream()
        .filter(entry -> real.equals(entry.getKey().getParent()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Our dataset that belongs at a path, where it is not mounted. */
  Optional<String> unmountedAt(Path real) throws ZfsException {
    return DatasetList.of(root.dataset()).filesystems().stream()
        .filter(d -> owns(d.name()) && !d.mounted() && d.mountPoint().equals(real.toString()))
        .map(DatasetList.Dataset::name)
        .findFirst();
  }

  /**
   * Makes the store show what it holds: mounts what is not mounted after a crash or a reboot, and
   * destroys what was hidden to be destroyed. What one dataset refuses is logged and left.
   */
  void settle() throws ZfsException {
    for (DatasetList.Dataset dataset : DatasetList.of(root.dataset()).filesystems()) {
      if (owns(dataset.name()) && !dataset.mounted()) {
        settle(dataset);
      }
    }
  }

  private void settle(DatasetList.Dataset dataset) {
    try {
      if (dataset.mountPoint().equals(HIDDEN)) {
        destroy(dataset.name());
      } else {
        LOG.log(Level.INFO, "mounting {0} at {1}", dataset.name(), dataset.mountPoint());
        ZfsCommand.run("mount", dataset.name());
      }
    } catch (ZfsException e) {
      LOG.log(Level.WARNING, "{0} is left as it is: {1}", dataset.name(), e.getMessage());
    }
  }

  /**
   * Deletes the snapshots from which a crashed operation was about to make a state. Only while no
   * other operation works here.
   */
  void dropSources() throws ZfsException {
    for (String snapshot : DatasetList.snapshots(root.dataset())) {
      int at = snapshot.indexOf('@');
      if (owns(snapshot.substring(0, at)) && snapshot.startsWith(SOURCE, at)) {
        ZfsCommand.run("destroy", "-d", snapshot);
      }
    }
  }

  /**
   * Unlike that of any other dataset: promoting fails where both have a snapshot of one name, and
   * renaming a snapshot makes zfs-fuse unmount its clones, servers or not.
   */
  private static String stateSnapshot(String dataset) {
    return dataset + STATE + dataset.substring(dataset.length() - HEX_DIGITS);
  }

  private String newName() {
    return root.dataset() + "/" + PREFIX + randomHex();
  }

  private static String randomHex() {
    return "%016x".formatted(ThreadLocalRandom.current().nextLong());
  }

  /** One command. */
  private interface Action {
    void run() throws ZfsException;
  }

  private static void whileBusy(Action action) throws ZfsException {
    long end = System.nanoTime() + BUSY_LIMIT.toNanos();
    while (true) {
      try {
        action.run();
        return;
      } catch (ZfsException e) {
        if (!e.means(Meaning.BUSY) || System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(BUSY_PAUSE.toNanos());
      }
    }
  }
}
