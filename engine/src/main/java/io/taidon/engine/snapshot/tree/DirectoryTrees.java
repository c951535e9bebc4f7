package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What can be done with plain directory trees. Failures, cancelling and staging names are those of
 * {@link io.taidon.engine.snapshot.SnapshotBackend}. Thread-safe.
 */
public interface DirectoryTrees {
  /** Makes an empty directory with mode 0700. */
  void create(Path directory);

  /** Copies a tree to a path where nothing is. */
  void copy(SnapshotOperation operation, Path source, Path target);

  /** Renames to a path where nothing is. */
  void move(SnapshotOperation operation, Path source, Path target);

  /** Deletes whatever is there; nothing when nothing is. */
  void delete(Path directory);

  Usage usage(Path directory);

  /** What a tree takes beyond the one it was made from, or at all. Bytes. */
  long ownBytes(Path directory, Optional<Path> origin);

  /** Deletes what has a staging name. */
  void sweep(Path parent);
}
