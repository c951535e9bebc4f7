package io.taidon.engine.snapshot.btrfs;

import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.Capabilities;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.SnapshotFailures;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Subvolumes;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.LinuxTrees;
import io.taidon.engine.snapshot.tree.Place;
import io.taidon.engine.snapshot.tree.StagingName;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes each cluster directory a subvolume: a clone is one ioctl, whatever it holds, and a state is
 * read-only. Owner, mode and everything inside are those of the source. The user must own the
 * subvolumes or be root; {@code user_subvol_rm_allowed} makes deleting fast, not possible.
 *
 * <p>The kernel makes and drops a subvolume in one transaction, so clones and snapshots need no
 * staging name.
 */
public final class BtrfsBackend implements SnapshotBackend {
  private static final int PRIVATE_MODE = 0700;

  /** Deletes and measures subvolumes like trees; it never copies. */
  private final LinuxTrees trees =
      new LinuxTrees(
          calls -> {
            throw new UnsupportedOperationException("btrfs copies no files");
          },
          false);

  @Override
  public BackendKind kind() {
    return BackendKind.BTRFS;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, true, true, true, true, true);
  }

  @Override
  public void create(Path directory) {
    try (SystemCalls calls = SystemCalls.open()) {
      Place place = Place.of(directory);
      try (Descriptor parent = place.openParent(calls)) {
        place.requireFree(calls, parent);
        createStaged(calls, parent, place.name());
      }
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.CREATE, directory, directory, e);
    }
  }

  private void createStaged(SystemCalls calls, Descriptor parent, byte[] name)
      throws SystemCallException {
    Subvolumes subvolumes = new Subvolumes(calls);
    byte[] staged = StagingName.nextBytes();
    subvolumes.create(parent, staged);
    FaultPoint.SUBVOLUME_STAGED.reached();
    boolean done = false;
    try (Descriptor top = calls.openDirectory(parent, staged)) {
      calls.changeMode(top, PRIVATE_MODE);
      calls.rename(parent, staged, parent, name);
      done = true;
    } finally {
      if (!done) {
        subvolumes.destroy(parent, staged);
      }
    }
  }

  @Override
  public void clone(Path state, Path target) {
    snapshot(SnapshotOperation.CLONE, state, target, false);
  }

  @Override
  public void snapshot(Path source, Path target) {
    snapshot(SnapshotOperation.SNAPSHOT, source, target, true);
  }

  private static void snapshot(
      SnapshotOperation operation, Path source, Path target, boolean readOnly) {
    try (SystemCalls calls = SystemCalls.open()) {
      Place from = Place.of(source);
      Place to = Place.of(target);
      try (Descriptor fromParent = from.openParent(calls);
          Descriptor toParent = to.openParent(calls);
          Descriptor top = calls.openDirectory(fromParent, from.name())) {
        to.requireFree(calls, toParent);
        new Subvolumes(calls).snapshot(top, toParent, to.name(), readOnly);
      }
    } catch (SystemCallException e) {
      throw failure(operation, source, target, e);
    }
  }

  @Override
  public void seal(Path source, Path target) {
    try (SystemCalls calls = SystemCalls.open()) {
      Place from = Place.of(source);
      Place to = Place.of(target);
      try (Descriptor fromParent = from.openParent(calls);
          Descriptor toParent = to.openParent(calls);
          Descriptor top = calls.openDirectory(fromParent, from.name())) {
        to.requireFree(calls, toParent);
        sealStaged(calls, top, from, fromParent, to, toParent);
      }
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.SEAL, source, target, e);
    }
  }

  /**
   * Moves first and seals then, under a staging name: a read-only subvolume cannot leave its parent
   * (its {@code ..} would change), and a state must not show while it is writable.
   */
  private static void sealStaged(
      SystemCalls calls,
      Descriptor top,
      Place from,
      Descriptor fromParent,
      Place to,
      Descriptor toParent)
      throws SystemCallException {
    Subvolumes subvolumes = new Subvolumes(calls);
    byte[] staged = StagingName.nextBytes();
    boolean done = false;
    calls.rename(fromParent, from.name(), toParent, staged);
    try {
      FaultPoint.SUBVOLUME_MOVED.reached();
      subvolumes.setReadOnly(top, true);
      FaultPoint.SUBVOLUME_SEALED.reached();
      calls.rename(toParent, staged, toParent, to.name());
      done = true;
    } finally {
      if (!done) {
        subvolumes.setReadOnly(top, false);
        calls.rename(toParent, staged, fromParent, from.name());
      }
    }
  }

  @Override
  public void delete(Path directory) {
    trees.delete(directory);
  }

  @Override
  public long ownBytes(Path directory, Optional<Path> origin) {
    return trees.ownBytes(directory, origin);
  }

  @Override
  public Usage usage(Path directory) {
    return trees.usage(directory);
  }

  /** The kernel keeps the mark: one ioctl, however many files there are. */
  @Override
  public String fingerprint(Path state) {
    try (SystemCalls calls = SystemCalls.open();
        Descriptor top = calls.openDirectory(state)) {
      Subvolumes subvolumes = new Subvolumes(calls);
      return "btrfs "
          + subvolumes.lastChange(top)
          + (subvolumes.isReadOnly(top) ? "" : " writable");
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.MEASURE, state, state, e);
    }
  }

  @Override
  public void sweep(Path parent) {
    trees.sweep(parent);
  }

  private static RuntimeException failure(
      SnapshotOperation operation, Path path, Path changed, SystemCallException cause) {
    Path parent = changed.toAbsolutePath().getParent();
    return SnapshotFailures.of(
        operation, path, parent == null ? changed : parent, cause, OptionalLong.empty());
  }
}
