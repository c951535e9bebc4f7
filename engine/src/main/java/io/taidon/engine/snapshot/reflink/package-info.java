/** The backend that shares the blocks of each file (XFS, btrfs, bcachefs, ZFS block cloning). */
@NullMarked
package io.taidon.engine.snapshot.reflink;

import org.jspecify.annotations.NullMarked;
