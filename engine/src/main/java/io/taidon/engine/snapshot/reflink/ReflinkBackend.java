package io.taidon.engine.snapshot.reflink;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.Capabilities;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.tree.DirectoryTrees;
import io.taidon.engine.snapshot.tree.LinuxTrees;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Copies directories and lets each file share the blocks of its original. Needs no privilege; costs
 * per file, not per byte. For Linux only: see {@link Platform}.
 */
public final class ReflinkBackend implements SnapshotBackend {
  private final DirectoryTrees trees = new LinuxTrees(BlockSharing::new, false);

  @Override
  public BackendKind kind() {
    return BackendKind.REFLINK;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, false, true, false, false);
  }

  @Override
  public void create(Path directory) {
    trees.create(directory);
  }

  @Override
  public void clone(Path state, Path target) {
    trees.copy(SnapshotOperation.CLONE, state, target);
  }

  @Override
  public void snapshot(Path source, Path target) {
    trees.copy(SnapshotOperation.SNAPSHOT, source, target);
  }

  @Override
  public void seal(Path source, Path target) {
    trees.move(SnapshotOperation.SEAL, source, target);
  }

  @Override
  public void delete(Path directory) {
    trees.delete(directory);
  }

  @Override
  public long ownBytes(Path directory, Optional<Path> origin) {
    return trees.ownBytes(directory, origin);
  }

  /** Until it is written back, XFS shows the old place of what was written over. */
  @Override
  public boolean sizedOnDisk() {
    return true;
  }

  @Override
  public Usage usage(Path directory) {
    return trees.usage(directory);
  }

  @Override
  public void sweep(Path parent) {
    trees.sweep(parent);
  }
}
