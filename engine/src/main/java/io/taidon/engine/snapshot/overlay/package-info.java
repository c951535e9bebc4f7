/**
 * The backend on overlayfs: a clone is a mount over a state, and copies no file until it is written
 * to.
 *
 * <p><b>On disk.</b> A state is a plain, complete directory tree. States share their files as hard
 * links: a file that a step did not change is one file in the parent's state and in the child's.
 * Nothing ever writes to a file of a state in place, so no chain of layers is needed: a mount has
 * one lower layer however many steps made it, and states can be deleted in any order.
 *
 * <p>A clone is a directory with {@code .overlay-upper} (what it changed), {@code .overlay-work}
 * (overlayfs's own), {@code .overlay-lower} (which state it stands on) and {@code .overlay-pin};
 * the mount lies over them and hides them. After a reboot the mount is gone and the rest is there:
 * {@link io.taidon.engine.snapshot.SnapshotBackend#open} mounts again.
 *
 * <p><b>Sealing</b> unmounts and {@linkplain io.taidon.engine.snapshot.overlay.LayerMerge merges}
 * upper and lower layer into a new tree: directories are made, files are linked, no byte is copied.
 * It costs per file, like a reflink copy; a clone costs the same whatever it holds.
 *
 * <p><b>A state that is deleted while clones stand on it</b> must stay for them. The file {@code
 * .overlay/pins/<inode of the state>} beside the states has one more name, {@code .overlay-pin}, in
 * each clone; the kernel's link count is the number of clones, right after every crash and for
 * every process. Deleting a pinned state moves it to {@code .overlay/kept/<inode>}; the last clone
 * that goes takes it along, and {@link io.taidon.engine.snapshot.SnapshotBackend#sweep} what a
 * crash left.
 *
 * <p><b>Rights.</b> Mounting needs CAP_SYS_ADMIN in the user namespace that owns the mount
 * namespace: root, or (Linux 5.11 and later) any user in a user and mount namespace of its own. In
 * the latter overlayfs keeps its marks in {@code user.overlay.} attributes, which SQL cannot set
 * through the mount (the kernel escapes them), and refuses to rename directories of the lower
 * layer: the one thing PostgreSQL does with such a rename is dropping a replication slot that was
 * made in a state.
 *
 * <p><b>Costs.</b> PostgreSQL opens every relation file for writing, even to read it, and so the
 * kernel copies a file (each segment, at most 1 GB) when a clone touches it first. Small clusters
 * hardly notice; queries over big tables wait for the disk once per clone.
 */
@NullMarked
package io.taidon.engine.snapshot.overlay;

import org.jspecify.annotations.NullMarked;
