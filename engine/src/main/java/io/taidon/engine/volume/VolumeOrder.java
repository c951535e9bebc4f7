package io.taidon.engine.volume;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A wish for a volume.
 *
 * @param root the store's root, absolute
 * @param source the image or the device; an image has a default place beside the root
 * @param sizeBytes of an image
 * @param backend the snapshot backend it is for, or {@code auto}
 * @param reformat whether a device that is not empty may be formatted, which destroys what it holds
 */
public record VolumeOrder(
    VolumeKind kind,
    Path root,
    Optional<Path> source,
    Optional<Long> sizeBytes,
    String backend,
    boolean reformat) {
  /** Go's sqlrs took the same. */
  static final long DEFAULT_BYTES = 100_000_000_000L;

  /** The smallest XFS has 300 MB; what is smaller holds no clusters. */
  static final long MIN_BYTES = 320_000_000L;

  static final long MAX_BYTES = 1L << 46;
}
