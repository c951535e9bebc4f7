package io.taidon.engine.snapshot;

import io.taidon.engine.snapshot.tree.TreeFingerprint;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Makes, clones, keeps and drops cluster directories on one file system. A <em>state</em> is
 * immutable; a <em>clone</em> is writable and independent of the state it came from.
 *
 * <p>What an operation makes shows under its name complete or not at all: it is built under a name
 * that starts with {@code .tmp-} beside it and renamed. After a crash only such names are left; see
 * {@link #sweep}. Other names with a leading dot beside states are a backend's own. Nothing is
 * synced to disk here ({@link io.taidon.engine.snapshot.linux.Durability} does that for a whole
 * store).
 *
 * <p>Symbolic links in a tree stay links and are never followed; a path's ancestors may be links,
 * its parent directory may not. Sockets, pipes and devices are not part of a cluster and are left
 * out by backends that copy, as {@code pg_basebackup} leaves them out.
 *
 * <p>Thread-safe. Every operation throws {@link io.taidon.core.error.TaidonException} with {@code
 * SNAPSHOT_FAILED} (details {@code operation}, {@code path}, {@code call}, {@code errno}), {@code
 * DISK_FULL}, or {@code CANCELLED} when the thread was interrupted in a long one; then nothing of
 * what it was making is left, and the interrupt status is set.
 */
public interface SnapshotBackend {
  BackendKind kind();

  Capabilities capabilities();

  /** Makes a new, empty, writable cluster directory with mode 0700, owned by the current user. */
  void create(Path directory);

  /** Makes a writable, independent clone of a state. The target must not exist. */
  void clone(Path state, Path target);

  /**
   * Keeps a writable directory as an immutable state; the source stays usable. Its server must be
   * stopped, unless {@link Capabilities#liveSnapshotIsAtomic}.
   */
  void snapshot(Path source, Path target);

  /**
   * Turns a writable directory into an immutable state: renamed, and read-only where the backend
   * can. The source is gone afterwards. Both must be on one file system.
   */
  void seal(Path source, Path target);

  /**
   * Makes a clone ready for a server: what a backend mounts is gone after a reboot or {@link
   * #close}. Does nothing where it is ready.
   *
   * @param durable whether what the server syncs must reach the disk; a backend may skip that
   *     otherwise, as it may after {@link #create}, {@link #clone} and {@link #snapshot}
   */
  default void open(Path clone, boolean durable) {}

  /** Gives back what an idle clone holds besides disk space; its server is stopped. */
  default void close(Path clone) {}

  /**
   * Deletes a state or clone, also a half-made one, with everything that was put inside. Does
   * nothing when it is not there.
   */
  void delete(Path directory);

  Usage usage(Path directory);

  /**
   * What a state or clone takes beyond the state it was made from, or at all: the sum over a chain
   * of states counts shared bytes once. Bytes. See {@link #sizedOnDisk}.
   */
  long ownBytes(Path directory, Optional<Path> origin);

  /**
   * Whether {@link #ownBytes} misses what was written over shared bytes until that has been synced.
   */
  default boolean sizedOnDisk() {
    return false;
  }

  /**
   * What the file system itself accounts at this moment to each state or clone in a directory, by
   * name, in bytes, where deleting one may move bytes to another's account. Empty where {@link
   * #ownBytes} stays what it was.
   */
  default Map<String, Long> accounts(Path parent) {
    return Map.of();
  }

  /**
   * A mark of a state's content: the same until somebody changes, truncates or deletes something in
   * it, and hardly ever the same after that. Cheap enough for every clone. By default it is taken
   * from the names, sizes and times of all files.
   */
  default String fingerprint(Path state) {
    return TreeFingerprint.of(state);
  }

  /**
   * Deletes what crashed operations left in a directory of states or clones. Only while no other
   * operation works there: it cannot tell a crashed one from a running one.
   */
  void sweep(Path parent);
}
