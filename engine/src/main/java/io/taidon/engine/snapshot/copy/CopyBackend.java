package io.taidon.engine.snapshot.copy;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.Capabilities;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.tree.DirectoryTrees;
import io.taidon.engine.snapshot.tree.LinuxTrees;
import io.taidon.engine.snapshot.tree.PortableTrees;
import java.nio.file.Path;
import java.util.Optional;

/** Copies every byte: works on every file system, and costs what the cluster weighs. */
public final class CopyBackend implements SnapshotBackend {
  private final DirectoryTrees trees;
  private final boolean exclusiveBytes;

  private CopyBackend(DirectoryTrees trees, boolean exclusiveBytes) {
    this.trees = trees;
    this.exclusiveBytes = exclusiveBytes;
  }

  /** The fastest way of this machine. */
  public static CopyBackend create() {
    return Platform.current().isPresent()
        ? new CopyBackend(new LinuxTrees(HolePreservingCopy::new, true), true)
        : portable();
  }

  /** The way that needs nothing but the JDK. */
  public static CopyBackend portable() {
    return new CopyBackend(new PortableTrees(), false);
  }

  @Override
  public BackendKind kind() {
    return BackendKind.COPY;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, false, exclusiveBytes, false, false);
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

  @Override
  public Usage usage(Path directory) {
    return trees.usage(directory);
  }

  @Override
  public void sweep(Path parent) {
    trees.sweep(parent);
  }
}
