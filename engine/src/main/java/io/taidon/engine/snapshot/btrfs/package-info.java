/** The backend that makes each cluster directory a btrfs subvolume. */
@NullMarked
package io.taidon.engine.snapshot.btrfs;

import org.jspecify.annotations.NullMarked;
